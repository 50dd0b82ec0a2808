package org.cloister.fuse.union;

import java.time.Clock;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.tree.UnionTree;

/** The parts of one union file system, wired. What a mount adapter is built on. */
public record Union(
        Roots roots,
        Numbers numbers,
        Ownership ownership,
        UnionReader reader,
        UnionChanges changes,
        UnionContent content) {

    public static Union over(Backing backing, Ownership ownership, Clock clock) {
        Roots roots = new Roots();
        UnionChanges changes = new UnionChanges(roots, clock);
        return new Union(
                roots,
                new Numbers(),
                ownership,
                new UnionReader(roots, ownership, changes.now()),
                changes,
                new UnionContent(roots, backing, changes));
    }

    public GenerationSwitch generations(Layers layers, KernelCache kernel) {
        return new GenerationSwitch(
                roots,
                layers,
                numbers,
                (root, slot, lower) -> new UnionRoot(
                        root.name(), slot, UnionTree.fresh(lower, Journal.NONE), new Nothing(), ownership),
                kernel);
    }

    private static final class Nothing implements Writable {
        @Override
        public Journal journal() {
            return Journal.NONE;
        }

        @Override
        public void sync() {}

        @Override
        public void admit() {}

        @Override
        public void close() {}
    }
}
