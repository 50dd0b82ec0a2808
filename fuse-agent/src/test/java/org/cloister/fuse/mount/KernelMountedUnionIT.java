package org.cloister.fuse.mount;

/** Over /dev/fuse directly. */
class KernelMountedUnionIT extends MountedUnionIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "kernel"};
    }
}
