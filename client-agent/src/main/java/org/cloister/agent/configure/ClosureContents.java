package org.cloister.agent.configure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cloister.agent.remote.PackageControl;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.ManifestEntry;

/** What the packages of closures are, from the repository and the store. Control paragraphs are kept. Thread-safe. */
final class ClosureContents {
    private static final int PARALLEL = 8;

    private final Repository repository;
    private final ObjectStore store;
    /** A paragraph is some 2 kB; a host sees some hundred packages. */
    private final Map<PackageId, PackageControl> controls = new ConcurrentHashMap<>();

    ClosureContents(Repository repository, ObjectStore store) {
        this.repository = repository;
        this.store = store;
    }

    /** Asks for the control paragraphs that aren't known yet. */
    void load(Closure closure) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(PARALLEL);
        try {
            Map<PackageId, Future<PackageControl>> answers = new HashMap<>();
            for (Closure.Member member : closure.packages()) {
                if (!controls.containsKey(member.id())) {
                    answers.put(member.id(), pool.submit(() -> repository.control(member.id())));
                }
            }
            for (Map.Entry<PackageId, Future<PackageControl>> answer : answers.entrySet()) {
                controls.put(answer.getKey(), answer.getValue().get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    boolean isEssential(PackageId id) {
        return control(id).isEssential();
    }

    private PackageControl control(PackageId id) {
        PackageControl control = controls.get(id);
        if (control == null) {
            throw new IllegalStateException("not loaded: " + id);
        }
        return control;
    }

    List<UnpackedPackage> unpacked(List<Closure.Member> members) throws IOException {
        PackageReader reader = new PackageReader(store);
        List<UnpackedPackage> packages = new ArrayList<>();
        for (Closure.Member member : members) {
            packages.add(reader.read(member, control(member.id())));
        }
        return packages;
    }

    List<String> paths(List<Closure.Member> members) throws IOException {
        List<String> paths = new ArrayList<>();
        for (Closure.Member member : members) {
            store.manifest(member.layer()).entries().forEach(entry -> paths.add(entry.path()));
        }
        return paths;
    }

    /** The newest time of a shipped file: no configured file is younger. */
    FileTime newest(Closure closure) throws IOException {
        FileTime newest = FileTime.EPOCH;
        for (Closure.Member member : closure.packages()) {
            for (ManifestEntry entry : store.manifest(member.layer()).entries()) {
                if (entry.mtime().seconds() > newest.seconds()) {
                    newest = new FileTime(entry.mtime().seconds(), 0);
                }
            }
        }
        return newest;
    }
}
