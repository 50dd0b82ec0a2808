package org.cloister.fuse.union;

import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.fuse.tree.LoadedFiles;
import org.cloister.fuse.tree.Numbers;

/** The nodes that show an object, in whichever root and generation. */
public final class ShownObjects {
    private final Roots roots;
    private final LoadedFiles files;
    private final KernelCache kernel;

    public ShownObjects(Roots roots, Numbers numbers, KernelCache kernel) {
        this.roots = roots;
        this.kernel = kernel;
        this.files = new LoadedFiles(numbers);
    }

    /**
     * The kernel drops what it keeps of files with one of {@code objects}. It waits for those of their pages that are being
     * read, so this must not be called by a thread that answers requests. Each node is named whether or not the kernel is known to
     * have it, because a daemon that took over a mount may not know.
     */
    public void forget(Set<Digest> objects) {
        for (LoadedFiles.File file = files.from(0); file != null; file = files.from(file.number() + 1)) {
            if (objects.contains(file.object())) {
                for (UnionRoot root : roots.all()) {
                    forget(root, file.number());
                }
            }
        }
    }

    private void forget(UnionRoot root, long number) {
        long local;
        long stamp = root.lock.readLock();
        try {
            local = root.tree.local(number);
        } finally {
            root.lock.unlockRead(stamp);
        }
        kernel.forgetNode(root.id(local));
        if (local != number) {
            kernel.forgetNode(root.id(number));
        }
    }
}
