package org.cloister.fuse.mount;

/** Over /dev/fuse, with everything that the kernel offers. */
class WritebackKernelMountedUnionIT extends MountedUnionIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "kernel", "--without", ""};
    }
}
