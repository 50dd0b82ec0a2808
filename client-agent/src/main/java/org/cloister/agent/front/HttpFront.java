package org.cloister.agent.front;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reverse proxy (RFC 9110, 3.7): who asks one port of this machine for {@code http://ROOT.localhost} is answered by the server in that
 * root. Requests and answers pass as streams and are never held in memory: who reads slowly slows down who writes. WebSockets (RFC 6455) pass, too.
 */
public final class HttpFront implements AutoCloseable {
    /** Connections to one root; more requests wait for one. */
    private static final int CONNECTIONS = 64;

    private static final int WAITING = 1_000;
    /** WebSockets to one root, each of which keeps its connection. */
    private static final int TUNNELS = 1_000;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int IDLE_SECONDS = 300;
    private static final int START_SECONDS = 10;
    private static final int NOT_FOUND = 404;
    private static final int BAD_GATEWAY = 502;
    /** RFC 9110, 7.6.1: what concerns one connection only. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect");

    private static final List<String> DOMAINS = List.of(".localhost", ".cloister.internal");

    private final Vertx vertx;
    private final HttpClient client;
    private final HttpClient tunnels;
    private final Function<String, @Nullable Place> places;
    private int port;

    /** Where a root answers HTTP. */
    public record Place(String address, int port) {}

    private HttpFront(Function<String, @Nullable Place> places) {
        this.places = places;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        this.client = client(CONNECTIONS);
        this.tunnels = client(TUNNELS);
    }

    private HttpClient client(int connections) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(WAITING));
    }

    /**
     * Answers when this returns.
     *
     * @param port 0: the system chooses
     * @param places of roots by their names; null for one that answers no HTTP. Called on the event loop
     * @throws IOException if the port can't be had
     */
    public static HttpFront start(int port, Function<String, @Nullable Place> places)
            throws IOException, InterruptedException {
        HttpFront front = new HttpFront(places);
        try {
            front.port = await(front.vertx
                    .createHttpServer(
                            new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false))
                    .requestHandler(front::answer)
                    .listen(port, "0.0.0.0")
                    .map(server -> server.actualPort()));
            return front;
        } catch (IOException e) {
            front.close();
            throw new IOException("HTTP by the names of roots can't have port " + port + ": " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    private void answer(HttpServerRequest request) {
        String name = name(request);
        Place place = places.apply(name);
        if (place == null) {
            request.response()
                    .setStatusCode(NOT_FOUND)
                    .end("No root is called '" + name.replaceAll("[^a-z0-9.+_-]", "?")
                            + "' that answers HTTP here. `cloister ports` lists those that hold ports.\n");
            return;
        }
        request.pause();
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setServer(SocketAddress.inetSocketAddress(place.port(), place.address()))
                .setHost(place.address())
                .setPort(place.port())
                .setURI(request.uri());
        Future<Void> done = isWebSocket(request)
                ? tunnels.request(options).compose(out -> upgrade(request, out))
                : client.request(options)
                        .compose(out -> passOn(request, out))
                        .compose(answer -> passBack(request, answer));
        done.onFailure(failure -> fail(request, name));
    }

    /** RFC 6455, 4.2.1. Nobody else is upgraded: a server may pass over the wish (RFC 9110, 7.8). */
    private static boolean isWebSocket(HttpServerRequest request) {
        return request.method() == HttpMethod.GET
                && request.headers().contains(HttpHeaders.CONNECTION, "upgrade", true)
                && request.headers().contains(HttpHeaders.UPGRADE, "websocket", true);
    }

    /** Two ends of one connection from the answer on, if the root's server takes it; otherwise its answer is passed back as any other. */
    private static Future<Void> upgrade(HttpServerRequest request, HttpClientRequest out) {
        head(request, out);
        out.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
        return out.connect().compose(answer -> {
            if (answer.statusCode() != SWITCHING_PROTOCOLS) {
                return passBack(request, answer);
            }
            copy(answer.headers(), request.response().headers());
            request.response().headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
            NetSocket inside = answer.netSocket();
            inside.pause();
            return request.toNetSocket().compose(outside -> {
                outside.closeHandler(ended -> inside.close());
                inside.closeHandler(ended -> outside.close());
                return Future.join(outside.pipeTo(inside), inside.pipeTo(outside))
                        .mapEmpty();
            });
        });
    }

    private static String name(HttpServerRequest request) {
        String host = request.authority() == null
                ? ""
                : String.valueOf(request.authority().host()).toLowerCase(Locale.ROOT);
        for (String domain : DOMAINS) {
            if (host.endsWith(domain)) {
                return host.substring(0, host.length() - domain.length());
            }
        }
        return host;
    }

    private static Future<HttpClientResponse> passOn(HttpServerRequest request, HttpClientRequest out) {
        head(request, out);
        boolean hasBody = request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (!hasBody) {
            request.resume();
            return out.send();
        }
        if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            out.setChunked(true);
        }
        return out.send(request);
    }

    /** Nobody is before this proxy, so what a client says of itself there is replaced. */
    private static void head(HttpServerRequest request, HttpClientRequest out) {
        copy(request.headers(), out.headers());
        out.headers()
                .set("X-Forwarded-For", String.valueOf(request.remoteAddress().hostAddress()))
                .set("X-Forwarded-Host", String.valueOf(request.getHeader(HttpHeaders.HOST)))
                .set("X-Forwarded-Proto", "http");
    }

    private static Future<Void> passBack(HttpServerRequest request, HttpClientResponse answer) {
        request.response().setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
        copy(answer.headers(), request.response().headers());
        if (!answer.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            request.response().setChunked(true);
        }
        return answer.pipeTo(request.response());
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach(header -> {
            if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        });
    }

    /** An answer that has begun is cut, so that nobody takes it for whole. */
    private static void fail(HttpServerRequest request, String name) {
        if (request.response().headWritten()) {
            request.connection().close();
        } else {
            request.response().setStatusCode(BAD_GATEWAY).end(name + " doesn't answer. Is its server started?\n");
        }
    }

    private static <T> T await(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                    e);
        } catch (TimeoutException e) {
            throw new IOException("no answer in " + START_SECONDS + " seconds", e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        await(vertx.close());
    }
}
