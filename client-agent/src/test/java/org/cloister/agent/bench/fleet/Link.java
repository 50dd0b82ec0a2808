package org.cloister.agent.bench.fleet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of one host, opened when it is needed, one request after the other. On its host's event loop only. */
final class Link {
    private static final long CONNECT_MILLIS = 5_000;

    private final HttpClientAgent client;
    private final int port;
    private @Nullable HttpClientConnection connection;
    private Future<?> last = Future.succeededFuture();

    Link(HttpClientAgent client, int port) {
        this.client = client;
        this.port = port;
    }

    /** What is done with an answer's head, before its body is read. */
    @FunctionalInterface
    interface Reading {
        Future<Buffer> body(HttpClientResponse response);
    }

    Future<Answer> send(
            HttpMethod method, String path, Map<String, String> headers, @Nullable Buffer body, Duration limit) {
        return send(method, path, headers, body, limit, HttpClientResponse::body);
    }

    /** Fails if there is no whole answer; the connection is closed then. */
    Future<Answer> send(
            HttpMethod method,
            String path,
            Map<String, String> headers,
            @Nullable Buffer body,
            Duration limit,
            Reading reading) {
        Future<Answer> answer = last.transform(before -> sendNow(method, path, headers, body, limit, reading));
        last = answer;
        return answer;
    }

    private Future<Answer> sendNow(
            HttpMethod method,
            String path,
            Map<String, String> headers,
            @Nullable Buffer body,
            Duration limit,
            Reading reading) {
        return connected()
                .compose(open -> open.request(
                        new RequestOptions().setMethod(method).setURI(path).setIdleTimeout(limit.toMillis())))
                .compose(request -> answer(request, headers, body, reading))
                .onFailure(e -> cut());
    }

    private static Future<Answer> answer(
            HttpClientRequest request, Map<String, String> headers, @Nullable Buffer body, Reading reading) {
        headers.forEach(request::putHeader);
        Future<HttpClientResponse> sent = body == null ? request.send() : request.send(body);
        return sent.compose(response ->
                reading.body(response).map(read -> new Answer(response.statusCode(), response.headers(), read)));
    }

    private Future<HttpClientConnection> connected() {
        HttpClientConnection open = connection;
        if (open != null) {
            return Future.succeededFuture(open);
        }
        return client.connect(new HttpConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setConnectTimeout(CONNECT_MILLIS))
                .onSuccess(made -> {
                    connection = made;
                    made.closeHandler(gone -> {
                        if (connection == made) {
                            connection = null;
                        }
                    });
                });
    }

    /** Closes the connection; a request that is under way fails. */
    void cut() {
        HttpClientConnection open = connection;
        connection = null;
        if (open != null) {
            open.close().onFailure(e -> {});
        }
    }
}
