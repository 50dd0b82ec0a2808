package org.cloister.fuse.union;

import java.util.function.LongPredicate;

/** Nothing is cached. */
final class NoKernel implements KernelCache {
    @Override
    public void forgetName(long directory, String name) {}

    @Override
    public void forgetNode(long node) {}

    @Override
    public boolean knows(long node) {
        return false;
    }

    @Override
    public boolean knowsAny(LongPredicate nodes) {
        return false;
    }
}
