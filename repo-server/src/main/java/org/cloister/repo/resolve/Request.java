package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Architecture;

/** What one root shall hold: usually one package. */
public record Request(List<Wanted> wanted, Architecture architecture, Preferences preferences) {
    /** Enough for anything a person types; bounds the work of one resolution. */
    public static final int MAX_WANTED = 1_000;

    public Request {
        wanted = List.copyOf(wanted);
        if (wanted.isEmpty() || wanted.size() > MAX_WANTED) {
            throw new IllegalArgumentException("a request names 1 to " + MAX_WANTED + " packages");
        }
        if (wanted.stream().map(one -> one.name().isRpm()).distinct().count() > 1) {
            throw new IllegalArgumentException("a root holds packages of one format: Debian's or RPM's");
        }
    }

    /** Whether the root is of RPM packages, which know no Essential ones. */
    boolean isRpm() {
        return wanted.get(0).name().isRpm();
    }

    /** One package with the default preferences. */
    public static Request of(Wanted wanted, Architecture architecture) {
        return of(wanted, architecture, false);
    }

    /** One package with the default preferences, and with what is recommended if that is asked for. */
    public static Request of(Wanted wanted, Architecture architecture, boolean recommends) {
        return new Request(List.of(wanted), architecture, Preferences.DEFAULT.withRecommends(recommends));
    }
}
