package org.cloister.agent.command.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.agent.remote.Addresses;
import org.cloister.agent.tls.TlsTrust;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;

/**
 * One {@code key = value} a line; {@code #} starts a comment.
 *
 * @param repository http or https, without query; several with commas between them ({@link Addresses})
 * @param token {@code clo_…}
 * @param tls whom the repository's certificate may come from, and what is shown to it
 * @param logKey the key that signed the log when the person logged in; the log must be signed by it for ever
 */
public record ClientConfig(
        @Nullable URI repository,
        @Nullable String token,
        @Nullable NoteKey logKey,
        TlsTrust tls) {
    private static final String REPOSITORY = "repository";
    private static final String TOKEN = "token";
    private static final String LOG_KEY = "log-key";
    private static final String AUTHORITY = "ca";
    private static final String CERTIFICATE = "certificate";
    private static final String KEY = "key";
    private static final Set<String> KEYS = Set.of(REPOSITORY, TOKEN, LOG_KEY, AUTHORITY, CERTIFICATE, KEY);
    private static final String TOKEN_FORM = "clo_[a-z0-9]{8,32}_[A-Za-z0-9_-]{16,200}";

    public ClientConfig(@Nullable URI repository, @Nullable String token, @Nullable NoteKey logKey) {
        this(repository, token, logKey, TlsTrust.USUAL);
    }

    public static ClientConfig empty() {
        return new ClientConfig(null, null, null);
    }

    /** @throws IllegalArgumentException naming the line that is wrong, never its value: it may be a secret */
    public static ClientConfig parse(String text) {
        Map<String, String> values = new TreeMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            int equals = content.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("line " + number + " is not of the form key = value");
            }
            String key = content.substring(0, equals).strip();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("line " + number + ": no such key: " + key);
            }
            values.put(key, content.substring(equals + 1).strip());
        }
        return of(values);
    }

    private static ClientConfig of(Map<String, String> values) {
        String repository = values.get(REPOSITORY);
        String token = values.get(TOKEN);
        String key = values.get(LOG_KEY);
        return new ClientConfig(
                repository == null ? null : repository(repository),
                token == null ? null : token(token),
                key == null ? null : NoteKey.parse(key),
                new TlsTrust(file(values, AUTHORITY), file(values, CERTIFICATE), file(values, KEY)));
    }

    private static Optional<Path> file(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key)).map(Path::of);
    }

    /** @throws IllegalArgumentException if that can't be a repository's address */
    public static URI repository(String text) {
        try {
            return Addresses.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(notAnAddress(text), e);
        }
    }

    private static String notAnAddress(String text) {
        return "not the address of a repository: " + text + " (http://host:port or https://host)";
    }

    /** @throws IllegalArgumentException if that isn't the form of a token */
    public static String token(String text) {
        String token = text.strip();
        if (!token.matches(TOKEN_FORM)) {
            throw new IllegalArgumentException("that is not a token: a token is clo_<id>_<secret>");
        }
        return token;
    }

    public String text() {
        StringBuilder text = new StringBuilder(
                "# Written by `cloister login`. The token is a secret: keep this file to yourself.\n");
        line(text, REPOSITORY, repository);
        line(text, TOKEN, token);
        line(text, LOG_KEY, logKey == null ? null : logKey.text());
        line(text, AUTHORITY, tls.authority().orElse(null));
        line(text, CERTIFICATE, tls.certificate().orElse(null));
        line(text, KEY, tls.key().orElse(null));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, @Nullable Object value) {
        if (value != null) {
            text.append(key).append(" = ").append(value).append('\n');
        }
    }

    /** Leaves the token out, so that it can't get into a log. */
    @Override
    public String toString() {
        return "ClientConfig[repository=" + repository + ", token=" + (token == null ? "none" : "…") + "]";
    }
}
