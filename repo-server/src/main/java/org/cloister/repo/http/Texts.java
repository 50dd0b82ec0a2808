package org.cloister.repo.http;

import java.util.Locale;

/** Names of constants as JSON carries them. */
final class Texts {
    private Texts() {}

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
