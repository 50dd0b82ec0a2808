package org.cloister.agent.command.terminal;

import java.time.Duration;

/** One line about a long step: what, how far, how fast, how long still. Pure. */
record ProgressText(String step, long done, long total, Unit unit, Duration elapsed) {
    private static final int BAR = 24;
    /** Before that, a rate says more about the start than about the rest. */
    private static final long RATE_AFTER_MILLIS = 500;

    /** For a terminal: {@code fetch   [######------]  42%  12.3 MB of 29.1 MB  6.10 MB/s  3 s left}, cut to the window. */
    String bar(int columns) {
        StringBuilder line = new StringBuilder(step);
        if (total > 0) {
            int full = (int) (BAR * fraction());
            line.append(" [")
                    .append("#".repeat(full))
                    .append("-".repeat(BAR - full))
                    .append(']');
        }
        line.append(tail());
        return line.length() < columns ? line.toString() : line.substring(0, columns - 1);
    }

    /** For a file or a pipe. */
    String plain() {
        return step + ":" + tail();
    }

    private String tail() {
        StringBuilder line = new StringBuilder();
        if (total > 0) {
            line.append(' ').append((int) (100 * fraction())).append('%');
        }
        if (total > 0 || done > 0) {
            line.append("  ").append(unit.amount(done));
        }
        if (total > 0) {
            line.append(" of ").append(unit.amount(total));
        }
        long millis = elapsed.toMillis();
        if (millis > RATE_AFTER_MILLIS && done > 0) {
            double perSecond = done * 1000.0 / millis;
            if (perSecond >= 1) {
                line.append("  ").append(unit.amount((long) perSecond)).append("/s");
            }
            if (total > done) {
                line.append("  ").append(left(perSecond)).append(" left");
            }
        }
        return line.toString();
    }

    private static String seconds(double seconds) {
        return Quantity.time(Duration.ofSeconds((long) Math.ceil(seconds))).replace(".00 s", " s");
    }

    private String left(double perSecond) {
        return seconds((total - done) / perSecond);
    }

    private double fraction() {
        return Math.min(1.0, (double) done / total);
    }

    /** What is counted. */
    enum Unit {
        BYTES {
            @Override
            String amount(long number) {
                return Quantity.bytes(number);
            }
        },
        THINGS {
            @Override
            String amount(long number) {
                return Long.toString(number);
            }
        };

        abstract String amount(long number);
    }
}
