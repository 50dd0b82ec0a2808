package org.cloister.agent.service;

import java.util.Set;
import java.util.TreeSet;

/** Ways to end, as {@code SuccessExitStatus=} and the like name them (systemd.service(5)). */
public record ExitSet(Set<Integer> codes, Set<Integer> signals) {
    static final ExitSet NONE = new ExitSet(Set.of(), Set.of());
    private static final int MAX_CODE = 255;

    public ExitSet {
        codes = Set.copyOf(codes);
        signals = Set.copyOf(signals);
    }

    /** @throws IllegalArgumentException if a word is neither a status nor a signal */
    static ExitSet parse(Iterable<String> words) {
        Set<Integer> codes = new TreeSet<>();
        Set<Integer> signals = new TreeSet<>();
        for (String word : words) {
            if (word.matches("[0-9]{1,3}") && Integer.parseInt(word) <= MAX_CODE) {
                codes.add(Integer.parseInt(word));
            } else {
                signals.add(Signal.parse(word)
                        .orElseThrow(() -> new IllegalArgumentException(word + " is neither a status nor a signal"))
                        .number());
            }
        }
        return new ExitSet(codes, signals);
    }

    boolean has(Exit exit) {
        return exit.signal() == 0 ? codes.contains(exit.code()) : signals.contains(exit.signal());
    }
}
