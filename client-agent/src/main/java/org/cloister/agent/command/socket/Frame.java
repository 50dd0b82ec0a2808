package org.cloister.agent.command.socket;

import java.nio.ByteBuffer;

/** One message on the command socket: a byte of type, four bytes of length (big-endian), the payload. */
record Frame(Type type, byte[] payload) {
    static final int HEADER_BYTES = 5;

    /** The types and their limits in bytes; the larger ones are what Linux passes to a program at most, and our own output. */
    enum Type {
        ARGUMENTS('a', 4 * 1024 * 1024),
        INTERRUPT('i', 0),
        OUT('o', 1024 * 1024),
        ERR('e', 1024 * 1024),
        REPLACE('r', 2 * 1024 * 1024),
        EXIT('x', 3);

        private final byte code;
        private final int limit;

        Type(char code, int limit) {
            this.code = (byte) code;
            this.limit = limit;
        }

        int limit() {
            return limit;
        }

        /** @throws FrameException if no type has that code */
        static Type of(byte code) throws FrameException {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new FrameException("a frame of unknown type " + (code & 0xff));
        }
    }

    /** @throws IllegalArgumentException if the payload is over the type's limit */
    Frame {
        if (payload.length > type.limit()) {
            throw new IllegalArgumentException(payload.length + " bytes in a frame " + type);
        }
    }

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        return bytes.put(type.code).putInt(payload.length).put(payload).flip();
    }
}
