package org.cloister.fuse.kernel;

/** Where the kernel has files open that it reads and writes without the daemon, if it can. */
class PassthroughSuccessionIT extends SuccessionIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "kernel", "--without", "no-open,writeback-cache"};
    }
}
