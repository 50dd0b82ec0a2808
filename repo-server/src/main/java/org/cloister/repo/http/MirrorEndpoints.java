package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.Wanted;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.mirror.MirrorService;
import org.cloister.repo.mirror.SyncLines;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Mirrors are defined and synchronized. */
final class MirrorEndpoints {
    private final CommandService commands;
    private final MirrorService mirrors;
    private final Views views;
    private final Workers watchers;

    /** @param watchers a thread of theirs waits for each synchronization's next line */
    MirrorEndpoints(CommandService commands, MirrorService mirrors, Views views, Workers watchers) {
        this.commands = commands;
        this.mirrors = mirrors;
        this.views = views;
        this.watchers = watchers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("defineMirror", this::define)
                .on("syncMirror", this::synchronize)
                .on("fetchMissing", this::fetch);
    }

    private record Definition(
            MirrorName name,
            String url,
            String suite,
            List<String> components,
            List<String> architectures,
            String signedBy,
            @Nullable ArtifactPolicy artifacts,
            @Nullable Integer maxAgeDays) {
        MirrorDefined event() {
            ArtifactPolicy policy = artifacts == null ? ArtifactPolicy.CLOSURES : artifacts;
            return new MirrorDefined(name, url, suite, components, architectures, signedBy, policy, maxAgeDays);
        }
    }

    private void define(Exchange exchange) {
        MirrorDefined definition = exchange.body(Definition.class).event();
        Outcomes.recorded(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, commands.defineMirror(exchange.request(), definition)));
    }

    private record Packages(List<String> packages, @Nullable Boolean recommends) {}

    private void synchronize(Exchange exchange) {
        MirrorName name = new MirrorName(exchange.path("name"));
        Request request = exchange.request();
        Packages body = exchange.body(Packages.class);
        exchange.whenCurrent(views, position -> synchronize(exchange, name, request, body));
    }

    private void synchronize(Exchange exchange, MirrorName name, Request request, Packages body) {
        SyncLines lines = mirrors.start(
                name, body.packages(), Boolean.TRUE.equals(body.recommends()), request.caller(), request.correlation());
        if (lines == null) {
            throw RefusedException.of(
                    Rule.MIRROR_NOT_DEFINED,
                    "no mirror " + name + " is defined",
                    "define it: cloister mirror add " + name + " --from-host-sources");
        }
        send(exchange, lines);
    }

    private record Named(PackageName name, @Nullable String version) {}

    private record Missing(
            @Nullable List<Named> packages,
            @Nullable List<RootName> aliases,
            @Nullable Boolean recommends) {
        List<Wanted> wanted() {
            List<Named> named = packages == null ? List.of() : packages;
            return named.stream()
                    .map(one -> new Wanted(
                            one.name(),
                            NamedVersion.of(one.name(), one.version()),
                            null,
                            Boolean.TRUE.equals(recommends)))
                    .toList();
        }

        List<RootName> roots() {
            return aliases == null ? List.of() : aliases;
        }

        List<String> words() {
            return packages == null
                    ? roots().stream().map(RootName::text).toList()
                    : packages.stream()
                            .map(one -> one.version() == null ? one.name().text() : one.name() + "=" + one.version())
                            .toList();
        }
    }

    private void fetch(Exchange exchange) {
        Request request = exchange.request();
        Missing body = exchange.body(Missing.class);
        HostId host = new HostId(exchange.path("host"));
        exchange.then(
                Outcomes.done(exchange, commands.shortage(request, host, body.wanted(), body.roots())),
                done -> send(
                        exchange, mirrors.fetch(done.answer(), body.words(), request.caller(), request.correlation())));
    }

    private void send(Exchange exchange, SyncLines lines) {
        exchange.context().response().putHeader("Content-Type", "application/x-ndjson");
        ChunkPump.run(
                exchange.context().vertx().getOrCreateContext(),
                watchers,
                new Progress(lines),
                exchange.context().response(),
                null);
    }

    /** The lines of a synchronization; closed early, it ends. */
    private record Progress(SyncLines lines) implements ChunkSource {
        @Override
        public @Nullable Buffer next(int most) throws IOException {
            String line = lines.next();
            return line == null ? null : Buffer.buffer(line + "\n");
        }

        @Override
        public void close() {
            lines.close();
        }
    }
}
