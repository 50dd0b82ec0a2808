package org.cloister.repo.http;

import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.artifact.ArtifactImporter;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PoolUse;
import org.cloister.repo.view.Views;

/** Packages are published, yanked and restored. */
final class PackageCommands {
    private final CommandService commands;
    private final Views views;
    private final ArtifactImporter importer;
    private final Pool pool;
    private final Spool spool;
    private final InstantSource clock;

    PackageCommands(
            CommandService commands,
            Views views,
            ArtifactImporter importer,
            Pool pool,
            Spool spool,
            InstantSource clock) {
        this.pool = pool;
        this.views = views;
        this.clock = clock;
        this.commands = commands;
        this.importer = importer;
        this.spool = spool;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("publishPackage", this::publish)
                .on("yankPackage", this::yank)
                .on("restorePackage", this::restore);
    }

    private void publish(Exchange exchange) {
        UploadSignature signature = UploadSignature.of(exchange, views.trust(), clock);
        exchange.whenCurrent(views, position -> {
            signature.requireExpected();
            receive(exchange, signature);
        });
    }

    private void receive(Exchange exchange, UploadSignature signature) {
        PoolUse use = pool.use();
        exchange.then(
                spool.receive(exchange, file -> {
                            signature.requireOver(file);
                            return importer.importFile(file, Optional.empty(), use);
                        })
                        .compose(result -> published(exchange, result, signature))
                        .onComplete(done -> use.close()),
                done -> exchange.json(done.changed() ? HttpStatus.CREATED : HttpStatus.OK, body(done)));
    }

    private Future<Outcomes.Done<PackagePublished>> published(
            Exchange exchange, ImportResult result, UploadSignature signature) {
        return result instanceof ImportResult.Refused refused
                ? Future.failedFuture(ImportRules.refusal(refused))
                : publish(exchange, (Imported) result, signature);
    }

    private record Published(
            String name, String version, String architecture, Digest artifact, LayerId layer, long position) {}

    private Future<Outcomes.Done<PackagePublished>> publish(
            Exchange exchange, Imported imported, UploadSignature signature) {
        PackagePublished publication = new PackagePublished(
                imported.id(),
                imported.artifact(),
                imported.artifactSize(),
                imported.layer(),
                imported.control(),
                null);
        return Outcomes.done(exchange, commands.publish(exchange.request(), publication, signature.signature()));
    }

    private static Published body(Outcomes.Done<PackagePublished> done) {
        PackagePublished published = done.answer();
        PackageId id = published.id();
        return new Published(
                id.name().text(),
                id.version().text(),
                id.architecture().text(),
                published.artifact(),
                published.layer(),
                done.recorded().position());
    }

    private void yank(Exchange exchange) {
        ReasonBody body = exchange.body(ReasonBody.class);
        Outcomes.recorded(exchange, HttpStatus.OK, commands.yank(exchange.request(), id(exchange), body.reason()));
    }

    private void restore(Exchange exchange) {
        ReasonBody body = exchange.body(ReasonBody.class);
        Outcomes.recorded(exchange, HttpStatus.OK, commands.restore(exchange.request(), id(exchange), body.reason()));
    }

    private static PackageId id(Exchange exchange) {
        return Exchange.value(
                exchange.path("name"),
                name -> PackageId.of(name, exchange.path("version"), exchange.path("architecture")));
    }
}
