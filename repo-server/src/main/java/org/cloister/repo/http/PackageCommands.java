package org.cloister.repo.http;

import io.vertx.core.Future;
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

/** Packages are published, yanked and restored. */
final class PackageCommands {
    private final CommandService commands;
    private final ArtifactImporter importer;
    private final Pool pool;
    private final Spool spool;

    PackageCommands(CommandService commands, ArtifactImporter importer, Pool pool, Spool spool) {
        this.pool = pool;
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
        PoolUse use = pool.use();
        exchange.then(
                spool.receive(exchange, file -> importer.importFile(file, Optional.empty(), use))
                        .compose(result -> published(exchange, result))
                        .onComplete(done -> use.close()),
                done -> exchange.json(done.changed() ? HttpStatus.CREATED : HttpStatus.OK, body(done)));
    }

    private Future<Outcomes.Done<PackagePublished>> published(Exchange exchange, ImportResult result) {
        return result instanceof ImportResult.Refused refused
                ? Future.failedFuture(ImportRules.refusal(refused))
                : publish(exchange, (Imported) result);
    }

    private record Published(
            String name, String version, String architecture, Digest artifact, LayerId layer, long position) {}

    private Future<Outcomes.Done<PackagePublished>> publish(Exchange exchange, Imported imported) {
        PackagePublished publication = new PackagePublished(
                imported.id(),
                imported.artifact(),
                imported.artifactSize(),
                imported.layer(),
                imported.control(),
                null);
        return Outcomes.done(exchange, commands.publish(exchange.request(), publication));
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
