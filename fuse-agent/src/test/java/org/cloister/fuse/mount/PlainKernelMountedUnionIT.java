package org.cloister.fuse.mount;

/** Over /dev/fuse, on a kernel that offers next to nothing. */
class PlainKernelMountedUnionIT extends MountedUnionIT {
    @Override
    String[] options() {
        return new String[] {
            "--mount-adapter",
            "kernel",
            "--without",
            "no-open,no-opendir,readdirplus,readdirplus-auto,writeback-cache,max-pages,handle-killpriv-v2,setxattr-ext,"
                    + "parallel-dirops,cache-symlinks,explicit-inval-data,async-dio,abort-error"
        };
    }
}
