package org.cloister.fuse.mount;

/** Over /dev/fuse directly. */
class KernelUnionMountIT extends UnionMountIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "kernel"};
    }
}
