package org.cloister.repo.console.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All tokens that open something, and then the others.
 *
 * @param issued one that was just given out, shown this once; or null
 * @param roles that a token can have
 */
public record TokenList(
        Limited<TokenRow> tokens,
        List<String> roles,
        @Nullable String issued) {}
