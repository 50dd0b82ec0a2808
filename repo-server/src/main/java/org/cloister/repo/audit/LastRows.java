package org.cloister.repo.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** By number of a host, its last row of a table. One thread writes, any may read; who reads a row sees what was written to it before. */
final class LastRows {
    /** There is none. */
    static final int NONE = Numbering.NONE;

    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(int[].class);

    private volatile int[] rows = new int[0];

    int get(int host) {
        int[] present = rows;
        return host >= 0 && host < present.length ? (int) ROW.getAcquire(present, host) : NONE;
    }

    /** @param row is written */
    void set(int host, int row) {
        int[] present = rows;
        if (host >= present.length) {
            int[] longer = Arrays.copyOf(present, Math.max(2 * present.length, host + 1));
            Arrays.fill(longer, present.length, longer.length, NONE);
            rows = longer;
            present = longer;
        }
        ROW.setRelease(present, host, row);
    }
}
