package org.cloister.repo.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Failed sign-ins of each address; too many in a while, and it has to wait. Thread-safe. */
final class Attempts {
    static final int MAX = 10;
    static final Duration WHILE = Duration.ofMinutes(5);
    /** The longest known is forgotten when there are more. */
    static final int MAX_ADDRESSES = 10_000;

    private record Failures(Instant since, int count) {}

    private final InstantSource clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    Attempts(InstantSource clock) {
        this.clock = clock;
    }

    /** How long the address has to wait; zero: it may try. */
    synchronized Duration wait(String address) {
        Failures failures = byAddress.get(address);
        if (failures == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), failures.since().plus(WHILE));
        if (left.isNegative() || left.isZero()) {
            byAddress.remove(address);
            return Duration.ZERO;
        }
        return failures.count() < MAX ? Duration.ZERO : left;
    }

    synchronized void failed(String address) {
        Failures before = wait(address).isZero() ? byAddress.get(address) : new Failures(clock.instant(), MAX);
        byAddress.put(
                address,
                before == null ? new Failures(clock.instant(), 1) : new Failures(before.since(), before.count() + 1));
    }

    synchronized void succeeded(String address) {
        byAddress.remove(address);
    }
}
