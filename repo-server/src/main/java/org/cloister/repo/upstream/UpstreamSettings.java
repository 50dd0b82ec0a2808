package org.cloister.repo.upstream;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How upstream archives are reached. The environment's {@code http_proxy} is read by the configuration, not here.
 *
 * @param proxy for http and https
 * @param connections transfers at a time; archives ask for few, and four fill a usual line
 * @param attempts of one transfer, which goes on where it stopped
 * @param firstPause before the second attempt; each further pause is twice as long
 * @param silence without a byte, after which a connection counts as cut
 */
public record UpstreamSettings(
        Optional<URI> proxy, int connections, int attempts, Duration firstPause, Duration silence) {
    public static UpstreamSettings defaults() {
        return new UpstreamSettings(Optional.empty(), 4, 4, Duration.ofMillis(500), Duration.ofSeconds(30));
    }

    /** @param address such as {@code http://proxy.example.org:3128} */
    public UpstreamSettings withProxy(Optional<URI> address) {
        return new UpstreamSettings(address, connections, attempts, firstPause, silence);
    }

    Proxy connectionProxy() {
        return proxy.map(address -> new Proxy(
                        Proxy.Type.HTTP,
                        new InetSocketAddress(address.getHost(), address.getPort() < 0 ? 3128 : address.getPort())))
                .orElse(Proxy.NO_PROXY);
    }
}
