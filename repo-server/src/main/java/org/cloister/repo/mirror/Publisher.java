package org.cloister.repo.mirror;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.decide.MirrorDifference;
import org.jspecify.annotations.Nullable;

/** Where a synchronization records what it did. Thread-safe. A stage that fails means that the log can't be reached. */
public interface Publisher {
    /** The artifact under which this version was published before, yanked or not; null if it never was. */
    @Nullable
    Digest published(PackageId id);

    CompletionStage<Answer> publish(Imported imported, MirrorName mirror);

    /** All of them or none. */
    CompletionStage<Answer> indexed(List<MirrorDifference> found);

    CompletionStage<Answer> synchronizedWell(MirrorSynchronized event);

    CompletionStage<Answer> failed(MirrorSyncFailed event);

    /** What became of it. */
    sealed interface Answer {
        /** @param position of the log after it */
        record Recorded(long position) implements Answer {}

        record Refused(String detail) implements Answer {}
    }
}
