package org.cloister.fuse.kernel;

import java.io.IOException;
import java.util.Set;
import org.cloister.fuse.mount.Native;

/** The first request of a connection, which must be INIT. */
final class Handshake {
    private static final int EPROTO = 71;
    private static final int MINOR = 4;
    private static final int READAHEAD = 8;
    private static final int FLAGS = 12;
    private static final int FLAGS_2 = 16;
    /** {@code struct fuse_init_in} since 7.36. */
    private static final int EXTENDED = 64;

    private static final long LOW = 0xffffffffL;
    private static final long INIT_EXT = 1L << 30;

    private Handshake() {}

    /** Waits for INIT and answers it. */
    static Negotiation with(Native host, int device, Exchange x, Set<Feature> wanted) throws IOException {
        Request request = x.request;
        int received = (int) host.libc().read(device, request.address, request.capacity);
        if (received < 0) {
            throw new IOException("the kernel closed the connection (errno " + host.errno() + ")");
        }
        boolean init = request.accept(received) == Request.Verdict.WHOLE && request.operation() == Operation.INIT;
        if (!init) {
            throw new IOException("the kernel did not begin with INIT");
        }
        x.answer.to(request.unique());
        if (request.word(0) != Negotiation.MAJOR || request.word(MINOR) < Negotiation.OLDEST_MINOR) {
            x.answer.errno(EPROTO);
            throw new IOException("the kernel speaks FUSE " + request.word(0) + "." + request.word(MINOR) + ", not 7."
                    + Negotiation.OLDEST_MINOR + " or later");
        }
        Negotiation agreed =
                Negotiation.of(request.word(MINOR), offered(request, received), request.word(READAHEAD), wanted);
        if (!x.answer.send(agreed.write(x.answer.body()))) {
            throw new IOException("the kernel took no answer to INIT (errno " + host.errno() + ")");
        }
        return agreed;
    }

    private static long offered(Request request, int received) {
        long flags = request.word(FLAGS) & LOW;
        boolean extended = received >= Request.HEADER + EXTENDED && (flags & INIT_EXT) != 0;
        return extended ? flags | (request.word(FLAGS_2) & LOW) << 32 : flags;
    }
}
