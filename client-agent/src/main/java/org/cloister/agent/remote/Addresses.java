package org.cloister.agent.remote;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where one repository answers: the addresses of its processes, of which one is asked until it doesn't answer, then the next. All of
 * them speak for the same log, and show what any of them has acknowledged. Thread-safe.
 */
public final class Addresses {
    private final List<URI> all;
    private final AtomicInteger preferred = new AtomicInteger();

    private Addresses(List<URI> all) {
        this.all = List.copyOf(all);
    }

    /** @param repository as {@link #parse} gives it */
    public static Addresses of(URI repository) {
        return new Addresses(
                Arrays.stream(repository.toString().split(",")).map(URI::create).toList());
    }

    /**
     * One address, or several with commas between them and no blanks, as one value.
     *
     * @throws IllegalArgumentException with what is expected, if one of them is no http or https address of a host
     */
    public static URI parse(String text) {
        String list = text.strip();
        for (String one : list.split(",", -1)) {
            URI uri = URI.create(one);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException("an address is like http://repository.example.org:8480, not " + one);
            }
        }
        return URI.create(list);
    }

    /** The one to ask. */
    public URI current() {
        return all.get(preferred.get());
    }

    public int count() {
        return all.size();
    }

    /** A request to {@link #current} or to one that was current before got no answer: the next address is asked from now on. */
    public void failed(HttpRequest request) {
        int asked = index(request);
        preferred.compareAndSet(asked, (asked + 1) % all.size());
    }

    /** The same request to {@link #current}. */
    public HttpRequest moved(HttpRequest request) {
        String rest =
                request.uri().toString().substring(root(all.get(index(request))).length());
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .uri(URI.create(root(current()) + rest))
                .build();
    }

    /** Whether the request can't have reached anybody, so that another address may be asked whatever it does. */
    public static boolean isUnsent(IOException failure) {
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    }

    private int index(HttpRequest request) {
        String uri = request.uri().toString();
        for (int i = 0; i < all.size(); i++) {
            if (uri.startsWith(root(all.get(i)) + "/")) {
                return i;
            }
        }
        throw new IllegalArgumentException("a request to another server: " + uri);
    }

    private static String root(URI address) {
        String text = address.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
