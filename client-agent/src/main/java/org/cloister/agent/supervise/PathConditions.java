package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cloister.agent.root.RootView;
import org.cloister.agent.service.Condition;

/** Looks whether a root is as a unit's conditions demand. */
record PathConditions(RootView view) {
    private static final int ANY_EXECUTE = 0111;

    /** The first that doesn't hold; empty if all do. */
    Optional<Condition> unmet(List<Condition> conditions) throws IOException {
        Optional<Condition> triggering = Optional.empty();
        boolean triggered = false;
        for (Condition condition : conditions) {
            boolean holds = holds(condition) != condition.negated();
            if (condition.triggering()) {
                triggering = Optional.of(condition);
                triggered |= holds;
            } else if (!holds) {
                return Optional.of(condition);
            }
        }
        return triggered ? Optional.empty() : triggering;
    }

    private boolean holds(Condition condition) throws IOException {
        String path = condition.argument();
        if (condition.check() == Condition.Check.PATH_IS_SYMBOLIC_LINK) {
            return view.link(path).isPresent();
        }
        Optional<Path> file = view.resolved(path);
        if (file.isEmpty()) {
            return false;
        }
        return switch (condition.check()) {
            case PATH_EXISTS -> true;
            case PATH_IS_DIRECTORY -> Files.isDirectory(file.get());
            case DIRECTORY_NOT_EMPTY -> !view.entries(path).isEmpty();
            case FILE_NOT_EMPTY -> Files.isRegularFile(file.get()) && Files.size(file.get()) > 0;
            case FILE_IS_EXECUTABLE ->
                Files.isRegularFile(file.get())
                        && ((Integer) Files.getAttribute(file.get(), "unix:mode") & ANY_EXECUTE) != 0;
            case PATH_IS_SYMBOLIC_LINK -> throw new IllegalStateException("looked at before");
        };
    }
}
