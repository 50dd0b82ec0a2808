package org.cloister.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** A root of this machine's own programs with their libraries, so that a test needs no archive. */
final class HostPrograms {
    private HostPrograms() {}

    /** @param programs of {@code /usr/bin} */
    static RootTarget root(String name, List<String> programs, FakePool pool, FakeRepository repository)
            throws IOException {
        TreeMap<String, ManifestEntry> entries = new TreeMap<>();
        for (String program : programs) {
            Path file = Path.of("/usr/bin", program).toRealPath();
            entries.put("usr/bin/" + program, file("usr/bin/" + program, file, pool));
            for (Path library : libraries(file)) {
                // Where each of them is looked for: the loader by its name, the others in the usr-merged directory.
                String path = library.toString().replaceFirst("^/(?:usr/)?", "usr/");
                entries.put(path, file(path, library.toRealPath(), pool));
            }
        }
        for (String path : new TreeSet<>(entries.keySet())) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                entries.putIfAbsent(path.substring(0, slash), dir(path.substring(0, slash)));
            }
        }
        entries.put("var", dir("var"));
        entries.put("var/lib", dir("var/lib"));
        PackageId id = PackageId.of(name, "1", "amd64");
        Closure closure = new Closure(List.of(pool.member(id, Manifest.of(List.copyOf(entries.values())), Map.of())));
        List<ManifestEntry> configured = new ArrayList<>(Stream.of("bin", "lib", "lib64")
                .map(link -> ManifestEntry.symlink(link, 0, 0, FileTime.EPOCH, "usr/" + link))
                .toList());
        for (String directory : List.of("proc", "sys", "dev", "run", "tmp", "etc", "media")) {
            configured.add(dir(directory));
        }
        repository.configured(closure.id(), pool.layer(Manifest.of(configured)));
        return new RootTarget(new RootName(name), id, closure);
    }

    /** As ldd(1). */
    private static List<Path> libraries(Path program) throws IOException {
        Process process = new ProcessBuilder("ldd", program.toString()).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .flatMap(line -> Stream.of(line.strip().split("\\s+")).filter(word -> word.startsWith("/")))
                .map(Path::of)
                .toList();
    }

    private static ManifestEntry dir(String path) {
        return ManifestEntry.directory(path, 0755, 0, 0, FileTime.EPOCH);
    }

    private static ManifestEntry file(String path, Path from, FakePool pool) throws IOException {
        byte[] bytes = Files.readAllBytes(from);
        return ManifestEntry.file(path, 0755, 0, 0, FileTime.EPOCH, bytes.length, pool.object(bytes));
    }
}
