package org.cloister.repo.rpm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.repo.artifact.ArchiveName;
import org.cloister.repo.artifact.LayerBuilder;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.cloister.repo.pool.StagedObject;
import org.cloister.repo.pool.Staging;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the header lists and the payload has into a layer. The payload must have each shipped file of the header once, and nothing
 * else. Of a file with several names, one entry has the content (rpm writes the last, others may write the first).
 */
final class RpmPayload {
    private final List<RpmFile> files;
    private final Map<String, RpmFile> byPath = new HashMap<>();
    private final Map<RpmFile.Inode, List<RpmFile>> names;
    private final Map<RpmFile.Inode, StagedObject> contents = new HashMap<>();
    private final Map<RpmFile.Inode, List<RpmFile>> arrived = new HashMap<>();
    private final Map<RpmFile, Integer> numbers = new IdentityHashMap<>();
    private final Set<RpmFile> seen = new HashSet<>();
    private final LayerBuilder layer;
    private final Staging staging;

    RpmPayload(List<RpmFile> files, LayerBuilder layer, Staging staging) throws RefusedException {
        this.files = files;
        this.names = RpmFiles.byInode(files);
        this.layer = layer;
        this.staging = staging;
        for (RpmFile file : files) {
            numbers.put(file, numbers.size());
            if (byPath.put(file.path(), file) != null) {
                throw new RefusedException(Refusal.DUPLICATE_ENTRY, "twice in the list of files: /" + file.path());
            }
        }
    }

    /** How long the content of the short form's entry is: of a file with several names, the last has it. */
    long size(long number) throws RefusedException {
        RpmFile file = file(number);
        if (!file.isFile()) {
            return file.entry().link().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        }
        List<RpmFile> group = names.getOrDefault(file.inode(), List.of());
        boolean last = group.isEmpty() || group.get(group.size() - 1) == file;
        return last ? file.entry().size() : 0;
    }

    private RpmFile file(long number) throws RefusedException {
        if (number >= files.size()) {
            throw corrupt("it has a file number " + number + ", and the header has " + files.size());
        }
        return files.get((int) number);
    }

    private static RefusedException corrupt(String detail) {
        return new RefusedException(Refusal.CORRUPT_CPIO, "the payload isn't what the header says: " + detail);
    }

    void read(CpioReader cpio) throws IOException {
        for (CpioReader.Entry entry = cpio.next(); entry != null; entry = cpio.next()) {
            byte @Nullable [] name = entry.name();
            RpmFile file = name == null ? file(entry.number()) : named(name);
            if (file.ghost() || !seen.add(file)) {
                throw corrupt("/" + file.path() + (file.ghost() ? " isn't shipped" : " comes twice"));
            }
            if (file.isFile()) {
                arrive(file, entry.size(), cpio);
            } else {
                layer.add(file.entry(), "");
            }
        }
        for (RpmFile file : files) {
            if (!file.ghost() && !seen.contains(file)) {
                throw corrupt("/" + file.path() + " is missing");
            }
        }
    }

    private RpmFile named(byte[] name) throws RefusedException {
        String path = ArchiveName.clean(name);
        RpmFile file = byPath.get(path);
        if (file == null) {
            throw corrupt("/" + path + " isn't in the header");
        }
        return file;
    }

    private void arrive(RpmFile file, long size, CpioReader cpio) throws IOException {
        RpmFile.Inode inode = file.inode();
        List<RpmFile> here = arrived.computeIfAbsent(inode, any -> new ArrayList<>(1));
        here.add(file);
        int expected = names.getOrDefault(inode, List.of()).size();
        if (size > 0 || (here.size() == expected && !contents.containsKey(inode))) {
            StagedObject object = staging.add(cpio.content());
            check(file, object);
            if (contents.put(inode, object) != null) {
                throw corrupt("/" + file.path() + " has its content twice");
            }
        }
        if (here.size() == expected) {
            add(here, contents.get(inode));
        }
    }

    private static void check(RpmFile file, StagedObject object) throws RefusedException {
        if (object.size() != file.entry().size()) {
            throw corrupt("/" + file.path() + " has " + object.size() + " bytes, not "
                    + file.entry().size());
        }
        if (!file.sha256().isEmpty() && !file.sha256().equals(object.digest().hex())) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "/" + file.path() + " isn't what the header's digest says");
        }
    }

    private void add(List<RpmFile> group, @Nullable StagedObject object) throws RefusedException {
        RpmFile first = group.get(0);
        if (object == null) {
            throw corrupt("/" + first.path() + " has no content");
        }
        layer.add(first.entry(), object.digest().hex());
        for (RpmFile further : group.subList(1, group.size())) {
            layer.add(further.hardLinkTo(first), "");
        }
    }
}
