package org.cloister.repo.upstream;

import java.net.URI;
import java.net.URISyntaxException;

/** Paths that an archive names, as part of an address below the archive and nowhere else. */
final class SafePath {
    private static final int MAX_LENGTH = 1_000;

    private SafePath() {}

    /** Relative, no empty component, no {@code .} or {@code ..}. */
    static boolean isSafe(String path) {
        if (path.isEmpty() || path.length() > MAX_LENGTH || path.chars().anyMatch(c -> c <= ' ' || c == '\\')) {
            return false;
        }
        for (String component : path.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** {@code path} below {@code base}; a {@code %} in a file's name is escaped, as it is part of the name. */
    static URI below(URI base, String path) throws UpstreamException {
        if (!isSafe(path)) {
            throw new UpstreamException(UpstreamException.Problem.MALFORMED, "not a path of an archive: " + path);
        }
        String root = base.getPath() == null ? "" : base.getPath().replaceAll("/+$", "");
        try {
            return new URI(base.getScheme(), base.getAuthority(), root + "/" + path, null, null);
        } catch (URISyntaxException e) {
            throw new UpstreamException(UpstreamException.Problem.MALFORMED, "not an address: " + base + "/" + path, e);
        }
    }
}
