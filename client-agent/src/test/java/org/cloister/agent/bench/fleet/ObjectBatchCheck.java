package org.cloister.agent.bench.fleet;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cloister.events.Digest;

/** Reads the answer to a request for objects ({@code docs/protocol.md}, "Object batch"). */
final class ObjectBatchCheck {
    private static final String END = "end\n";

    private ObjectBatchCheck() {}

    /** Whether {@code body} has exactly these objects, each with the content that its name says. */
    static boolean holds(Buffer body, List<Digest> objects) {
        int at = 0;
        for (Digest wanted : objects) {
            int line = lineEnd(body, at);
            if (line < 0) {
                return false;
            }
            String[] head = body.getString(at, line).split(" ");
            if (head.length != 2 || !head[0].equals(wanted.hex()) || !head[1].matches("[0-9]{1,9}")) {
                return false;
            }
            int size = Integer.parseInt(head[1]);
            at = line + 1;
            if (size > body.length() - at
                    || !Digest.of(body.getBytes(at, at + size)).equals(wanted)) {
                return false;
            }
            at += size;
        }
        return body.getString(at, body.length(), StandardCharsets.US_ASCII.name())
                .equals(END);
    }

    private static int lineEnd(Buffer body, int from) {
        for (int i = from; i < body.length(); i++) {
            if (body.getByte(i) == '\n') {
                return i;
            }
        }
        return -1;
    }
}
