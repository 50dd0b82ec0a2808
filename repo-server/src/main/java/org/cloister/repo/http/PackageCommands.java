package org.cloister.repo.http;

import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.artifact.ArtifactImporter;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.command.CommandService;

/** Packages are published, yanked and restored. */
final class PackageCommands {
    private final CommandService commands;
    private final ArtifactImporter importer;
    private final Spool spool;

    PackageCommands(CommandService commands, ArtifactImporter importer, Spool spool) {
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
        exchange.then(spool.receive(exchange, file -> importer.importFile(file, Optional.empty())), result -> {
            if (result instanceof ImportResult.Refused refused) {
                throw ImportRules.refusal(refused);
            }
            publish(exchange, (Imported) result);
        });
    }

    private record Published(
            String name, String version, String architecture, Digest artifact, LayerId layer, long position) {}

    private void publish(Exchange exchange, Imported imported) {
        PackagePublished publication = new PackagePublished(
                imported.id(),
                imported.artifact(),
                imported.artifactSize(),
                imported.layer(),
                imported.control(),
                null);
        Outcomes.reply(exchange, HttpStatus.CREATED, commands.publish(exchange.request(), publication), done -> {
            PackagePublished published = done.answer();
            PackageId id = published.id();
            return new Published(
                    id.name().text(),
                    id.version().text(),
                    id.architecture().text(),
                    published.artifact(),
                    published.layer(),
                    done.recorded().position());
        });
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
