package org.cloister.repo.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.HostInventory;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.CommandService.SignedInventory;
import org.cloister.repo.command.CommandService.SignedReport;
import org.cloister.repo.command.Enrolled;
import org.cloister.repo.command.Enrolment;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.Wanted;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** What is asked of hosts, and what they report. */
final class HostCommands {
    /** All events that an agent reports have had one schema so far. */
    private static final int SCHEMA = 1;

    private final CommandService commands;
    private final Views views;
    private final Authenticator authenticator;
    private final EventCodec codec = new EventCodec();

    /** @param authenticator hears of the reports that hosts signed */
    HostCommands(CommandService commands, Views views, Authenticator authenticator) {
        this.commands = commands;
        this.views = views;
        this.authenticator = authenticator;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("enrolHost", this::enrol)
                .on("retireHost", this::retire)
                .on("requestInstall", this::install)
                .on("requestUpgrade", this::upgrade)
                .on("requestRemoval", this::remove)
                .on("requestRollback", this::rollback)
                .on("reportOutcomes", this::report)
                .on("compareInventory", this::compareInventory);
    }

    private record EnrolledBody(HostId host, @Nullable String token) {}

    private void enrol(Exchange exchange) {
        Enrolment enrolment = exchange.body(Enrolment.class);
        Outcomes.reply(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(views, commands.enrol(exchange.request(), enrolment)),
                done -> {
                    Enrolled enrolled = done.answer();
                    return new EnrolledBody(enrolled.host(), enrolled.token().text());
                });
    }

    private void retire(Exchange exchange) {
        ReasonBody body = exchange.body(ReasonBody.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(views, commands.retire(exchange.request(), host(exchange), body.reason())));
    }

    private record Named(
            PackageName name,
            @Nullable String version,
            @Nullable RootName alias) {}

    private record Install(
            List<Named> packages,
            @Nullable Boolean upgrade,
            @Nullable Boolean recommends) {
        List<Wanted> wanted() {
            boolean all = Boolean.TRUE.equals(recommends);
            return packages.stream()
                    .map(named -> new Wanted(
                            named.name(), NamedVersion.of(named.name(), named.version()), named.alias(), all))
                    .toList();
        }
    }

    private void install(Exchange exchange) {
        Install body = exchange.body(Install.class);
        Outcomes.reply(
                exchange,
                HttpStatus.ACCEPTED,
                commands.install(
                        exchange.request(), host(exchange), body.wanted(), Boolean.TRUE.equals(body.upgrade())),
                HostCommands::targets);
    }

    private record Aliases(List<RootName> aliases) {}

    private void upgrade(Exchange exchange) {
        Aliases body = exchange.body(Aliases.class);
        Outcomes.reply(
                exchange,
                HttpStatus.ACCEPTED,
                commands.upgrade(exchange.request(), host(exchange), body.aliases()),
                HostCommands::targets);
    }

    private void rollback(Exchange exchange) {
        Aliases body = exchange.body(Aliases.class);
        Outcomes.reply(
                exchange,
                HttpStatus.ACCEPTED,
                commands.rollback(exchange.request(), host(exchange), body.aliases()),
                HostCommands::targets);
    }

    private void remove(Exchange exchange) {
        Aliases body = exchange.body(Aliases.class);
        Outcomes.reply(
                exchange,
                HttpStatus.ACCEPTED,
                commands.remove(exchange.request(), host(exchange), body.aliases()),
                done -> requested(
                        done,
                        done.answer().stream()
                                .map(root -> new RequestedRoot(root, null))
                                .toList()));
    }

    private record RequestedRoot(RootName alias, @Nullable String closure) {}

    private record Requested(long position, String correlation, List<RequestedRoot> roots) {}

    private static Requested targets(Outcomes.Done<List<RootTarget>> done) {
        return requested(
                done,
                done.answer().stream()
                        .map(target -> new RequestedRoot(
                                target.root(), target.closure().id().toString()))
                        .toList());
    }

    private static Requested requested(Outcomes.Done<?> done, List<RequestedRoot> roots) {
        return new Requested(done.recorded().position(), done.recorded().correlation(), roots);
    }

    private record Report(long sequence, String signature, List<ReportedEvent> events) {}

    private record ReportedEvent(String type, JsonNode payload) {}

    private record LeftOut(int index, Problem problem) {}

    private record ReportBody(long position, String correlation, int recorded, List<LeftOut> refused) {}

    private void report(Exchange exchange) {
        Report body = exchange.body(Report.class);
        List<CommandService.ReportedEvent> events =
                body.events().stream().map(this::decode).toList();
        SignedReport report = new SignedReport(body.sequence(), body.signature(), events);
        Request request = exchange.request();
        HostId host = host(exchange);
        Outcomes.reply(exchange, HttpStatus.OK, commands.report(request, host, report), done -> {
            authenticator.reported(host, report.sequence(), request.id());
            List<LeftOut> refused = done.answer().refused().stream()
                    .map(left -> new LeftOut(left.index(), Problem.of(left.refusal())))
                    .toList();
            return new ReportBody(
                    done.recorded().position(),
                    done.recorded().correlation(),
                    done.answer().recorded(),
                    refused);
        });
    }

    private record Inventory(
            long position,
            Digest digest,
            String signature,
            @Nullable String inventory) {}

    private record Compared(long position, String correlation, String verdict) {}

    private void compareInventory(Exchange exchange) {
        Inventory body = exchange.body(Inventory.class);
        HostInventory explained = body.inventory() == null ? null : parse(body.inventory());
        SignedInventory inventory =
                new SignedInventory(new Position(body.position()), body.digest(), body.signature(), explained);
        Outcomes.reply(
                exchange,
                HttpStatus.OK,
                commands.compareInventory(exchange.request(), host(exchange), inventory),
                done -> new Compared(
                        done.recorded().position(),
                        done.recorded().correlation(),
                        done.answer().text()));
    }

    private static HostInventory parse(String text) {
        try {
            return HostInventory.parse(text);
        } catch (IllegalArgumentException e) {
            throw RefusedException.of(
                    Rule.MALFORMED_REQUEST, "not an inventory: " + e.getMessage(), "send it as docs/protocol.md says");
        }
    }

    private CommandService.ReportedEvent decode(ReportedEvent reported) {
        try {
            String payload = reported.payload().toString();
            Event event = codec.decode(reported.type(), SCHEMA, payload);
            if (event instanceof HostEvent hostEvent) {
                return new CommandService.ReportedEvent(hostEvent, reported.type(), payload);
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            throw notAReport(reported, String.valueOf(e.getMessage()));
        }
        throw notAReport(reported, "not an event of a host");
    }

    private static RefusedException notAReport(ReportedEvent reported, String reason) {
        return RefusedException.of(
                Rule.NOT_A_REPORT,
                "not a reported " + reported.type() + ": " + reason,
                "send the event as EventCodec writes it");
    }

    private static HostId host(Exchange exchange) {
        return new HostId(exchange.path("host"));
    }
}
