package org.cloister.repo.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A path below {@code /apt/}, decoded: {@code <distribution>[@<moment>]/<file>…}.
 *
 * @param moment as it was written, or null for now
 * @param file at least one component, none of them empty, {@code .} or {@code ..}
 */
record AptPath(String distribution, @Nullable String moment, List<String> file) {
    static final String PREFIX = "/apt/";

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Null if no file can be there. A {@code +} is one, as in the names of packages (RFC 3986). */
    static @Nullable AptPath parse(String path) {
        if (!path.startsWith(PREFIX)) {
            return null;
        }
        List<String> components = new ArrayList<>();
        for (String part : path.substring(PREFIX.length()).split("/", -1)) {
            String component = decoded(part);
            if (component == null || !isName(component)) {
                return null;
            }
            components.add(component);
        }
        String first = components.get(0);
        int at = first.indexOf('@');
        return new AptPath(
                at < 0 ? first : first.substring(0, at),
                at < 0 ? null : first.substring(at + 1),
                List.copyOf(components.subList(1, components.size())));
    }

    private static @Nullable String decoded(String part) {
        try {
            return part.indexOf('%') < 0 ? part : QueryStringDecoder.decodeComponent(part.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isName(String component) {
        return !component.isEmpty()
                && !component.equals(".")
                && !component.equals("..")
                && component.chars().allMatch(c -> c > ' ' && c != '/' && c != '\\' && c < 0x7f);
    }

    /** Whether it names an index by what is in it: {@code …/by-hash/<algorithm>/<digest>}. */
    boolean isByHash() {
        int last = file.size() - 1;
        return last >= 4 && file.get(last - 2).equals("by-hash");
    }

    /** The digest of such a path; empty if it isn't of the one algorithm that is published. */
    Optional<Digest> hash() {
        boolean known = file.get(file.size() - 2).equals("SHA256");
        return known && HEX.matcher(name()).matches() ? Optional.of(new Digest(name())) : Optional.empty();
    }

    /** The last component. */
    String name() {
        return file.isEmpty() ? distribution : file.get(file.size() - 1);
    }

    /** The file's components from {@code first} on, joined by slashes. */
    String below(int first) {
        return String.join("/", file.subList(Math.min(first, file.size()), file.size()));
    }
}
