package org.cloister.repo.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The listening server. Several event loops share its port. */
public final class HttpEdge {
    /** A request line holds a path and a query: the longest is a reader of ten streams. */
    private static final int MAX_REQUEST_LINE = 8 * 1024;

    private static final int MAX_HEADERS = 16 * 1024;
    /** A connection on which nothing moves for longer is cut; the longest poll is 60 s, and imports of large packages take minutes. */
    private static final int IDLE_SECONDS = 300;
    /** One for each core up to this; more are for more connections than an organization's hosts make. */
    private static final int MAX_EVENT_LOOPS = 4;

    /** Vert.x: servers with the same negative port share one that the system chooses. */
    private static final int ANY_PORT_FOR_ALL = -1;

    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    private HttpEdge() {}

    /** @return the port, which the system chose where it was told 0 */
    static Future<Integer> listen(Vertx vertx, Handler<HttpServerRequest> handler, RepositoryApi.Settings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.bind())
                .setPort(settings.port() == 0 ? ANY_PORT_FOR_ALL : settings.port())
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHandle100ContinueAutomatically(false);
        settings.tls().ifPresent(tls -> secure(options, tls));
        AtomicInteger actualPort = new AtomicInteger();
        int instances = Math.min(Runtime.getRuntime().availableProcessors(), MAX_EVENT_LOOPS);
        return vertx.deployVerticle(
                        () -> new Listener(handler, options, actualPort),
                        new DeploymentOptions().setInstances(instances))
                .map(id -> actualPort.get());
    }

    private static void secure(HttpServerOptions options, TlsFiles tls) {
        options.setSsl(true)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString()));
        tls.clientAuthority()
                .ifPresent(authority -> options.setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())));
    }

    private static final class Listener extends VerticleBase {
        private final Handler<HttpServerRequest> handler;
        private final HttpServerOptions options;
        private final AtomicInteger actualPort;

        Listener(Handler<HttpServerRequest> handler, HttpServerOptions options, AtomicInteger actualPort) {
            this.handler = handler;
            this.options = options;
            this.actualPort = actualPort;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer(options)
                    .requestHandler(handler)
                    .listen()
                    .onSuccess(server -> actualPort.set(server.actualPort()));
        }
    }
}
