package org.cloister.repo.decide;

import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Answer.Result;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * Something that a host was asked to do. Immutable.
 *
 * @param before each root that it names, as it was before
 * @param targets what the roots shall be; empty for a removal
 * @param answers what was reported so far
 */
public record HostRequest(
        Kind kind,
        Occurrence asked,
        PMap<RootName, RootHistory> before,
        PMap<RootName, RootTarget> targets,
        PMap<RootName, Answer> answers) {
    /** What was asked. */
    public enum Kind {
        INSTALL,
        REMOVAL,
        ROLLBACK
    }

    public boolean names(RootName root) {
        return before.containsKey(root);
    }

    public boolean closed() {
        return answers.size() == before.size();
    }

    /** How it ended for {@code root}, or null if that isn't reported. */
    public @Nullable Result result(RootName root) {
        Answer answer = answers.get(root);
        return answer == null ? null : answer.result();
    }

    HostRequest answered(RootName root, Answer answer) {
        return new HostRequest(kind, asked, before, targets, answers.plus(root, answer));
    }

    HostRequest withBefore(RootName root, RootHistory history) {
        return new HostRequest(kind, asked, before.plus(root, history), targets, answers);
    }
}
