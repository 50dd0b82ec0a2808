package org.cloister.fuse.mount;

/** Through libfuse2. */
class JnrFuseMountedUnionIT extends MountedUnionIT {
    @Override
    String[] options() {
        return new String[] {"--mount-adapter", "jnr-fuse"};
    }
}
