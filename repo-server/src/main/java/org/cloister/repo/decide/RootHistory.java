package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * What one root was asked to be, oldest first, the present last; an undo list: a rollback takes from its end. Immutable.
 * Requests that failed are not in it.
 */
public record RootHistory(List<Change> changes) {
    /** Contents that a root can be rolled back to; older ones are forgotten. */
    static final int MAX_CHANGES = 50;

    public static final RootHistory EMPTY = new RootHistory(List.of());

    /**
     * One request's change.
     *
     * @param target what the root was to be; null: gone
     * @param answer what the agent reported, or null as long as it didn't
     */
    public record Change(
            Occurrence asked,
            @Nullable RootTarget target,
            @Nullable Answer answer) {}

    public RootHistory {
        changes = List.copyOf(changes);
    }

    /** What the root shall be now, or null if it shall not be there. */
    public @Nullable RootTarget present() {
        Change last = last();
        return last == null ? null : last.target();
    }

    /** The change that made the present, or null if nothing was ever asked. */
    public @Nullable Change last() {
        return changes.isEmpty() ? null : changes.get(changes.size() - 1);
    }

    /** What the root was before its last change, leaving out times when it was gone, or null if it was nothing else. */
    public @Nullable RootTarget previous() {
        int index = previousIndex();
        return index < 0 ? null : changes.get(index).target();
    }

    private int previousIndex() {
        RootTarget present = present();
        for (int i = changes.size() - 2; i >= 0; i--) {
            RootTarget target = changes.get(i).target();
            if (target != null && !target.equals(present)) {
                return i;
            }
        }
        return -1;
    }

    RootHistory withoutLast() {
        return new RootHistory(changes.subList(0, changes.size() - 1));
    }

    RootHistory plus(Occurrence asked, @Nullable RootTarget target) {
        List<Change> longer = new ArrayList<>(changes);
        longer.add(new Change(asked, target, null));
        return new RootHistory(longer.subList(Math.max(0, longer.size() - MAX_CHANGES), longer.size()));
    }

    /** {@code target}, the previous content, is the present again, and all that came after it is forgotten. */
    RootHistory rolledBack(Occurrence asked, RootTarget target) {
        RootHistory before = new RootHistory(changes.subList(0, Math.max(0, previousIndex())));
        return before.plus(asked, target);
    }

    /** As if {@code request} had not been made on {@code before}; later changes stay. */
    RootHistory undone(Position request, RootHistory before) {
        int index = indexOf(request);
        if (index < 0) {
            return this;
        }
        List<Change> joined = new ArrayList<>(before.changes);
        joined.addAll(changes.subList(index + 1, changes.size()));
        return new RootHistory(joined.subList(Math.max(0, joined.size() - MAX_CHANGES), joined.size()));
    }

    RootHistory answered(Position request, Answer answer) {
        int index = indexOf(request);
        if (index < 0) {
            return this;
        }
        List<Change> changed = new ArrayList<>(changes);
        Change change = changes.get(index);
        changed.set(index, new Change(change.asked(), change.target(), answer));
        return new RootHistory(changed);
    }

    private int indexOf(Position request) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).asked().position().equals(request)) {
                return i;
            }
        }
        return -1;
    }
}
