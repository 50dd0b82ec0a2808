package org.cloister.fuse.union;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is handed to the process that goes on with the mount after this one. Used by one thread at a time. */
public interface Succession {
    /** What a predecessor recorded last; null: there was none. */
    @Nullable
    Standing recorded();

    /** A successor finds it from now on, whole. */
    void record(Standing standing) throws IOException;

    /** What the kernel shall have forgotten when the change that is about to be made counts: nobody can tell afterwards. In place of what was there. */
    void forgetting(List<Forgotten> forgotten) throws IOException;

    /** What a predecessor recorded last. */
    List<Forgotten> forgotten();

    /**
     * A name in the directory {@code node}, or with no name the node itself.
     *
     * @param node as the kernel knows it
     */
    record Forgotten(long node, @Nullable String name) {}

    /** True from the moment that something changes behind the kernel's back until the kernel has been told. */
    void unsettled(boolean unsettled);

    /** A predecessor ended before it had told the kernel all. */
    boolean isUnsettled();

    /** Nobody succeeds this process. */
    Succession NONE = new Succession() {
        @Override
        public @Nullable Standing recorded() {
            return null;
        }

        @Override
        public void record(Standing standing) {}

        @Override
        public void forgetting(List<Forgotten> forgotten) {}

        @Override
        public List<Forgotten> forgotten() {
            return List.of();
        }

        @Override
        public void unsettled(boolean unsettled) {}

        @Override
        public boolean isUnsettled() {
            return false;
        }
    };
}
