package org.cloister.repo.deb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.repo.artifact.ArchiveEntry;
import org.cloister.repo.artifact.ExpandingStream;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.cloister.repo.artifact.Shipped;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.pool.Staging;
import org.jspecify.annotations.Nullable;

/**
 * The control archive: who the package is, and the members that dpkg keeps in its database (deb-control(5), dpkg(1)).
 *
 * @param text the control paragraph, ending with a newline
 * @param members as files of the layer
 * @param built when the paragraph was written: the time that a generated file gets, the same at every import
 */
record ControlArchive(PackageId id, String text, List<Shipped> members, String prefix, FileTime built) {
    private static final String DATABASE = "var/lib/dpkg/info/";

    /** dpkg refuses longer ones. */
    private static final Pattern MEMBER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,31}");

    static ControlArchive read(ExpandingStream expanded, Staging staging, ImportLimits limits) throws IOException {
        TarReader tar = new TarReader(expanded);
        String text = null;
        FileTime built = FileTime.EPOCH;
        List<ArchiveEntry> entries = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
            if (entry.type() == EntryType.DIRECTORY && entry.name().isEmpty()) {
                continue;
            }
            check(entry, names, limits);
            if (entry.name().equals("control")) {
                text = text(tar, limits);
                built = entry.mtime();
            } else {
                entries.add(entry);
                objects.add(staging.add(tar.content()).digest().hex());
            }
        }
        expanded.drain();
        if (text == null) {
            throw new RefusedException(Refusal.BAD_CONTROL, "the control archive has no control file");
        }
        return of(text, built, entries, objects);
    }

    private static void check(ArchiveEntry entry, Set<String> names, ImportLimits limits) throws RefusedException {
        String name = entry.name();
        if (entry.type() != EntryType.FILE || !MEMBER_NAME.matcher(name).matches() || name.equals("list")) {
            throw new RefusedException(Refusal.BAD_CONTROL, "the control archive must not hold " + name);
        }
        if (!names.add(name)) {
            throw new RefusedException(Refusal.DUPLICATE_ENTRY, "twice in the control archive: " + name);
        }
        if (names.size() > limits.controlMembers()) {
            throw new RefusedException(
                    Refusal.CONTROL_TOO_LARGE, "more than " + limits.controlMembers() + " control members");
        }
    }

    private static String text(TarReader tar, ImportLimits limits) throws IOException {
        byte[] bytes = tar.content().readNBytes(limits.controlBytes() + 1);
        if (bytes.length > limits.controlBytes()) {
            throw new RefusedException(
                    Refusal.CONTROL_TOO_LARGE, "the control file is beyond " + limits.controlBytes() + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.endsWith("\n") ? text : text + "\n";
        } catch (CharacterCodingException e) {
            throw badControl("the control file isn't UTF-8", e);
        }
    }

    private static ControlArchive of(String text, FileTime built, List<ArchiveEntry> entries, List<String> objects)
            throws RefusedException {
        try {
            Paragraph control = Paragraph.parse(text, ControlLimits.PACKAGE);
            PackageId id = PackageId.of(
                    control.require("Package"), control.require("Version"), control.require("Architecture"));
            String prefix = DATABASE + id.name() + infix(id, control.get("Multi-Arch")) + ".";
            List<Shipped> members = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                members.add(member(prefix + entries.get(i).name(), entries.get(i), objects.get(i)));
            }
            return new ControlArchive(id, text, members, prefix, built);
        } catch (ControlSyntaxException | IllegalArgumentException e) {
            throw badControl(String.valueOf(e.getMessage()), e);
        }
    }

    /** dpkg marks the files of packages of which several architectures can be installed together. */
    private static String infix(PackageId id, @Nullable String multiArch) {
        return "same".equals(multiArch) ? ":" + id.architecture() : "";
    }

    /** As dpkg stores it: root's, with the permissions that the archive gives. */
    private static Shipped member(String path, ArchiveEntry entry, String object) {
        ArchiveEntry stored = new ArchiveEntry(
                EntryType.FILE, path, "", entry.mode() & 0777, 0, 0, entry.mtime(), entry.size(), entry.xattrs());
        return new Shipped(path, stored, object);
    }

    /** A file that dpkg makes itself. */
    Shipped generated(String member, long size, String object) {
        String path = prefix + member;
        ArchiveEntry entry = new ArchiveEntry(EntryType.FILE, path, "", 0644, 0, 0, built, size, Map.of());
        return new Shipped(path, entry, object);
    }

    private static RefusedException badControl(String detail, Exception cause) {
        RefusedException refused = new RefusedException(Refusal.BAD_CONTROL, detail);
        refused.initCause(cause);
        return refused;
    }
}
