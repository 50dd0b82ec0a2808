package org.cloister.repo.mirror;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.decide.MirrorDifference;
import org.jspecify.annotations.Nullable;

/** A log in memory. */
final class RecordingPublisher implements Publisher {
    private final Map<PackageId, Digest> published = new HashMap<>();
    private final List<MirrorSynchronized> synchronizedWell = new ArrayList<>();
    private final List<MirrorSyncFailed> failures = new ArrayList<>();
    private final Map<PackageId, MirrorName> origins = new HashMap<>();
    private final List<MirrorDifference> differences = new ArrayList<>();
    private long position;

    @Override
    public synchronized @Nullable Digest published(PackageId id) {
        return published.get(id);
    }

    @Override
    public synchronized CompletionStage<Answer> publish(Imported imported, MirrorName mirror) {
        published.put(imported.id(), imported.artifact());
        origins.put(imported.id(), mirror);
        return recorded();
    }

    @Override
    public synchronized CompletionStage<Answer> indexed(List<MirrorDifference> found) {
        differences.addAll(found);
        return recorded();
    }

    @Override
    public synchronized CompletionStage<Answer> synchronizedWell(MirrorSynchronized event) {
        synchronizedWell.add(event);
        return recorded();
    }

    @Override
    public synchronized CompletionStage<Answer> failed(MirrorSyncFailed event) {
        failures.add(event);
        return recorded();
    }

    private CompletionStage<Answer> recorded() {
        return CompletableFuture.completedFuture(new Answer.Recorded(++position));
    }

    synchronized List<String> names() {
        return published.keySet().stream()
                .map(id -> id.name() + "=" + id.version())
                .sorted()
                .toList();
    }

    synchronized Map<PackageId, MirrorName> origins() {
        return Map.copyOf(origins);
    }

    synchronized List<MirrorSynchronized> wells() {
        return List.copyOf(synchronizedWell);
    }

    synchronized List<MirrorDifference> differences() {
        return List.copyOf(differences);
    }

    synchronized List<MirrorSyncFailed> failures() {
        return List.copyOf(failures);
    }
}
