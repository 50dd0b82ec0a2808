package org.cloister.repo.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.Digest;
import org.cloister.events.TokenId;
import org.cloister.repo.command.TokenSource;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token, {@code clo_<token id>_<secret>}. The secret has 30 characters of base 62, about 178 bits; as it is random and
 * long, its plain SHA-256 is as hard to reverse as it is, so only that is stored.
 */
public record BearerToken(TokenId id, String secret) {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int SECRET_LENGTH = 30;
    private static final int ID_LENGTH = 12;
    private static final Pattern FORM = Pattern.compile("clo_([a-z0-9]{8,32})_([0-9A-Za-z]{22,64})");

    /** A new token from {@code random}. */
    public static BearerToken generate(SecureRandom random) {
        return new BearerToken(
                new TokenId(text(random, ID_ALPHABET, ID_LENGTH)), text(random, ALPHABET, SECRET_LENGTH));
    }

    /** A source of tokens from {@code random}. */
    public static TokenSource source(SecureRandom random) {
        return () -> {
            BearerToken token = generate(random);
            return new TokenSource.NewToken(token.id(), token.secretHash(), token.text());
        };
    }

    /** Null if {@code text} hasn't the form of a token. */
    public static @Nullable BearerToken parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? new BearerToken(new TokenId(matcher.group(1)), matcher.group(2)) : null;
    }

    /** What is stored of it. */
    public Digest secretHash() {
        return Digest.ofText(secret);
    }

    /** Takes as long for any secret, so that its answers' times tell nothing about {@code hash}. */
    boolean matches(Digest hash) {
        return MessageDigest.isEqual(
                secretHash().hex().getBytes(StandardCharsets.US_ASCII),
                hash.hex().getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(SecureRandom random, String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** The token as its holder sends it. */
    public String text() {
        return "clo_" + id + "_" + secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "clo_" + id + "_…";
    }
}
