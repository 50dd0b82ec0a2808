package org.cloister.agent.service;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A signal by its number on Linux, the same on every architecture that Debian has (signal(7), x86, ARM and most others). */
public record Signal(int number) {
    public static final Signal HUP = new Signal(1);
    public static final Signal INT = new Signal(2);
    public static final Signal KILL = new Signal(9);
    public static final Signal PIPE = new Signal(13);
    public static final Signal TERM = new Signal(15);

    private static final int MAX = 64;
    private static final String[] NAMES = {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };
    private static final Map<String, Integer> NUMBERS = numbers();

    public Signal {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("no signal has the number " + number);
        }
    }

    private static Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new TreeMap<>();
        for (int i = 0; i < NAMES.length; i++) {
            numbers.put(NAMES[i], i + 1);
        }
        return numbers;
    }

    /** With {@code SIG} or without, or a number; empty if it is none. */
    static Optional<Signal> parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        Integer number = NUMBERS.get(name.startsWith("SIG") ? name.substring("SIG".length()) : name);
        if (number != null) {
            return Optional.of(new Signal(number));
        }
        if (name.matches("[0-9]{1,2}") && Integer.parseInt(name) >= 1 && Integer.parseInt(name) <= MAX) {
            return Optional.of(new Signal(Integer.parseInt(name)));
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return number <= NAMES.length ? "SIG" + NAMES[number - 1] : "signal " + number;
    }
}
