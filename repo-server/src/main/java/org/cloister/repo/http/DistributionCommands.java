package org.cloister.repo.http;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.PackageChoice;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Distributions are defined and changed. Answered when the views show it. */
final class DistributionCommands {
    private final CommandService commands;
    private final Views views;

    DistributionCommands(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("defineDistribution", this::define)
                .on("includePackages", this::include)
                .on("excludePackages", this::exclude)
                .on("promoteDistribution", this::promote)
                .on("rollBackDistribution", this::rollBack);
    }

    private record Inclusion(
            List<String> packages, @Nullable String component) {}

    private record Exclusion(List<String> packages, String reason) {}

    private record Promotion(
            DistributionName from, @Nullable Position asOf) {}

    private record Rollback(Position to, String reason) {}

    private void define(Exchange exchange) {
        DistributionDefined definition = exchange.body(DistributionDefined.class);
        answer(exchange, definition.name(), commands.defineDistribution(exchange.request(), definition));
    }

    private void include(Exchange exchange) {
        Inclusion body = exchange.body(Inclusion.class);
        DistributionName name = name(exchange);
        answer(exchange, name, commands.include(exchange.request(), name, choices(body.packages()), body.component()));
    }

    private void exclude(Exchange exchange) {
        Exclusion body = exchange.body(Exclusion.class);
        DistributionName name = name(exchange);
        answer(exchange, name, commands.exclude(exchange.request(), name, choices(body.packages()), body.reason()));
    }

    private void promote(Exchange exchange) {
        Promotion body = exchange.body(Promotion.class);
        DistributionName name = name(exchange);
        answer(exchange, name, commands.promote(exchange.request(), body.from(), name, body.asOf()));
    }

    private void rollBack(Exchange exchange) {
        Rollback body = exchange.body(Rollback.class);
        DistributionName name = name(exchange);
        answer(exchange, name, commands.rollBackDistribution(exchange.request(), name, body.to(), body.reason()));
    }

    private static DistributionName name(Exchange exchange) {
        return Exchange.value(exchange.path("name"), DistributionName::new);
    }

    private static List<PackageChoice> choices(List<String> packages) {
        return packages.stream()
                .map(text -> Exchange.value(text, PackageChoice::parse))
                .toList();
    }

    private record Change(
            DistributionName name,
            long position,
            String correlation,
            List<String> packages,
            @Nullable Position asOf) {}

    private void answer(Exchange exchange, DistributionName name, CompletionStage<Outcome<DistributionEvent>> outcome) {
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, outcome),
                done -> new Change(
                        name,
                        done.recorded().position(),
                        done.recorded().correlation(),
                        done.answer().match(Concerned.PACKAGES).stream()
                                .map(PackageId::toString)
                                .toList(),
                        done.answer() instanceof DistributionPromoted promoted ? promoted.asOf() : null));
    }

    /** The packages that an event names. */
    private enum Concerned implements DistributionEvent.Cases<List<PackageId>> {
        PACKAGES;

        @Override
        public List<PackageId> on(DistributionDefined event) {
            return List.of();
        }

        @Override
        public List<PackageId> on(PackagesIncluded event) {
            return event.packages();
        }

        @Override
        public List<PackageId> on(PackagesExcluded event) {
            return event.packages();
        }

        @Override
        public List<PackageId> on(DistributionPromoted event) {
            return List.of();
        }

        @Override
        public List<PackageId> on(DistributionRolledBack event) {
            return List.of();
        }
    }
}
