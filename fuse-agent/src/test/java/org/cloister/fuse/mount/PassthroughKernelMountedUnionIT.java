package org.cloister.fuse.mount;

/** Over /dev/fuse, where the kernel reads and writes what programs made without the daemon, if it can. */
class PassthroughKernelMountedUnionIT extends MountedUnionIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "kernel", "--without", "no-open,writeback-cache"};
    }
}
