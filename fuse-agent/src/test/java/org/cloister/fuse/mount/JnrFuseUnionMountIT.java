package org.cloister.fuse.mount;

/** Through libfuse2. */
class JnrFuseUnionMountIT extends UnionMountIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "jnr-fuse"};
    }
}
