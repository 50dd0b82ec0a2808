package org.cloister.fuse.kernel;

import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.tree.UnionWriter.Target;
import org.cloister.fuse.union.UnionChanges;
import org.jspecify.annotations.Nullable;

/** Requests about names: making, linking, renaming, deleting. */
final class NameRequests {
    private static final int SYMLINK_PERMISSIONS = 0777;
    /** Bits of renameat2(2). */
    private static final int NO_REPLACE = 1;

    private static final int EXCHANGE = 2;

    private final UnionChanges changes;
    private final boolean masking;
    private final PassedFiles passed;

    /** {@code masking}: the kernel leaves the umask to us. */
    NameRequests(UnionChanges changes, boolean masking, PassedFiles passed) {
        this.passed = passed;
        this.changes = changes;
        this.masking = masking;
    }

    /** Also files, because open(2) with O_CREAT comes here where files are opened without asking. */
    void makeNode(Exchange x) {
        make(x, x.request.name(), x.request.word(0), x.request.word(8), EntryLayout.device(x.request.word(4)), null);
    }

    void makeDirectory(Exchange x) {
        make(x, x.request.name(), Mode.DIRECTORY | (x.request.word(0) & Mode.PERMISSIONS), x.request.word(4), 0, null);
    }

    void makeLink(Exchange x) {
        make(x, x.request.name(), Mode.LINK | SYMLINK_PERMISSIONS, 0, 0, x.request.secondName());
    }

    private void make(Exchange x, String name, int mode, int umask, long device, @Nullable String target) {
        x.entry(changes.create(x.request.node(), name, birth(x, mode, umask, device, target), x.stat));
    }

    /** The new node belongs to who asked for it. */
    private Birth birth(Exchange x, int mode, int umask, long device, @Nullable String target) {
        int mask = masking ? umask & Mode.ACCESS : 0;
        return new Birth(mode, mask, x.request.uid(), x.request.gid(), device, target);
    }

    private Birth file(Exchange x) {
        return birth(x, Mode.FILE | (x.request.word(4) & Mode.PERMISSIONS), x.request.word(8), 0, null);
    }

    void createFile(Exchange x) {
        x.created(changes.create(x.request.node(), x.request.name(), file(x), x.stat), passed);
    }

    void createNameless(Exchange x) {
        x.created(changes.createNameless(x.request.node(), file(x), x.stat), passed);
    }

    void unlink(Exchange x) {
        x.answer.status(changes.unlink(x.request.node(), x.request.name(), x.stat));
    }

    void removeDirectory(Exchange x) {
        x.answer.status(changes.removeDirectory(x.request.node(), x.request.name(), x.stat));
    }

    void link(Exchange x) {
        passed.settle(x.request.quad(0));
        x.entry(changes.link(x.request.quad(0), x.request.node(), x.request.name(), x.stat));
    }

    void rename(Exchange x) {
        rename(x, Target.REPLACED);
    }

    void renameWithFlags(Exchange x) {
        switch (x.request.word(8)) {
            case 0 -> rename(x, Target.REPLACED);
            case NO_REPLACE -> rename(x, Target.KEPT);
            case EXCHANGE -> rename(x, Target.EXCHANGED);
            default -> x.answer.status(Status.INVALID);
        }
    }

    private void rename(Exchange x, Target fate) {
        Request request = x.request;
        x.answer.status(
                changes.rename(request.node(), request.name(), request.quad(0), request.secondName(), fate, x.stat));
    }
}
