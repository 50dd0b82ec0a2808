package org.cloister.agent.fake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** Objects and layers; takes real packages apart with dpkg-deb. */
public final class FakePool {
    private final Path directory;
    final Map<Digest, Path> objects = new ConcurrentHashMap<>();
    final Map<LayerId, byte[]> layers = new ConcurrentHashMap<>();
    final Map<PackageId, Map<String, String>> controls = new ConcurrentHashMap<>();

    public FakePool(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    public Digest object(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Path file = directory.resolve(digest.hex());
        if (!Files.exists(file)) {
            Files.write(file, content);
        }
        objects.put(digest, file);
        return digest;
    }

    public LayerId layer(Manifest manifest) {
        layers.put(manifest.id(), manifest.canonicalBytes());
        return manifest.id();
    }

    /** A package that isn't taken from a .deb. */
    public Closure.Member member(PackageId id, Manifest manifest, Map<String, String> fields) {
        controls.put(id, fields);
        return new Closure.Member(id, Digest.ofText(id.toString()), layer(manifest));
    }

    public Closure.Member importDeb(Path deb) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(directory, "deb");
        run("dpkg-deb", "-x", deb.toString(), work.resolve("data").toString());
        run("dpkg-deb", "-e", deb.toString(), work.resolve("control").toString());
        Map<String, String> fields = fields(Files.readString(work.resolve("control/control")));
        PackageId id = PackageId.of(field(fields, "Package"), field(fields, "Version"), field(fields, "Architecture"));
        Map<String, ManifestEntry> entries = new TreeMap<>();
        List<String> names = tree(work.resolve("data"), entries);
        String qualified =
                "same".equals(fields.get("Multi-Arch")) ? id.name() + ":" + id.architecture() : "" + id.name();
        members(work.resolve("control"), qualified, names, entries);
        run("rm", "-rf", work.toString());
        controls.put(id, fields);
        byte[] bytes = Files.readAllBytes(deb);
        return new Closure.Member(id, Digest.of(bytes), layer(Manifest.of(entries.values())));
    }

    private static String field(Map<String, String> fields, String name) {
        return fields.getOrDefault(name, "");
    }

    /** @return the names as shipped */
    private List<String> tree(Path root, Map<String, ManifestEntry> entries) throws IOException {
        List<String> names = new ArrayList<>();
        Map<Object, String> inodes = new HashMap<>();
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.filter(path -> !path.equals(root)).sorted().toList();
        }
        for (Path path : paths) {
            names.add(root.relativize(path).toString());
            String name = BaseLayer.canonicalPath(root.relativize(path).toString());
            if (BaseLayer.mergedNames().contains(root.relativize(path).toString())) {
                continue;
            }
            parents(name, entries);
            Map<String, Object> attributes = Files.readAttributes(
                    path, "unix:mode,uid,gid,lastModifiedTime,ino,nlink", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) attributes.getOrDefault("mode", 0) & 07777;
            int uid = (Integer) attributes.getOrDefault("uid", 0);
            int gid = (Integer) attributes.getOrDefault("gid", 0);
            FileTime time = new FileTime(
                    Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis() / 1000, 0);
            if (Files.isSymbolicLink(path)) {
                String target = Files.readSymbolicLink(path).toString();
                entries.put(name, ManifestEntry.symlink(name, uid, gid, time, target));
            } else if (Files.isDirectory(path)) {
                entries.put(name, ManifestEntry.directory(name, mode, uid, gid, time));
            } else {
                String first = inodes.putIfAbsent(attributes.getOrDefault("ino", path), name);
                entries.put(
                        name,
                        first != null
                                ? ManifestEntry.hardLink(name, first)
                                : ManifestEntry.file(
                                        name,
                                        mode,
                                        uid,
                                        gid,
                                        time,
                                        Files.size(path),
                                        object(Files.readAllBytes(path))));
            }
        }
        return names;
    }

    private static void parents(String path, Map<String, ManifestEntry> entries) {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            String parent = path.substring(0, slash);
            parents(parent, entries);
            entries.putIfAbsent(parent, ManifestEntry.directory(parent, 0755, 0, 0, FileTime.EPOCH));
        }
    }

    private void members(Path control, String qualified, List<String> names, Map<String, ManifestEntry> entries)
            throws IOException {
        StringBuilder list = new StringBuilder("/.\n");
        names.forEach(path -> list.append('/').append(path).append('\n'));
        put(qualified + ".list", list.toString().getBytes(StandardCharsets.UTF_8), 0644, entries);
        try (Stream<Path> members = Files.list(control)) {
            for (Path member : members.sorted().toList()) {
                if (!member.getFileName().toString().equals("control")) {
                    int mode = Files.isExecutable(member) ? 0755 : 0644;
                    put(qualified + "." + member.getFileName(), Files.readAllBytes(member), mode, entries);
                }
            }
        }
    }

    private void put(String name, byte[] content, int mode, Map<String, ManifestEntry> entries) throws IOException {
        String path = "var/lib/dpkg/info/" + name;
        parents(path, entries);
        entries.put(path, ManifestEntry.file(path, mode, 0, 0, FileTime.EPOCH, content.length, object(content)));
    }

    private static Map<String, String> fields(String control) {
        Map<String, String> fields = new LinkedHashMap<>();
        String name = "";
        for (String line : control.lines().toList()) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.merge(name, line, (a, b) -> a + "\n" + b);
            } else if (line.indexOf(':') > 0) {
                name = line.substring(0, line.indexOf(':'));
                fields.put(name, line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return fields;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + text);
            }
        }
    }

    /** A closure of .deb files in configuration order. */
    public Closure closure(List<Path> debs) throws IOException, InterruptedException {
        List<Closure.Member> members = new ArrayList<>();
        for (Path deb : debs) {
            members.add(importDeb(deb));
        }
        return new Closure(members);
    }
}
