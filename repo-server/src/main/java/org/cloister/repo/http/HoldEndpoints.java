package org.cloister.repo.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.HoldName;
import org.cloister.events.HostId;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldTarget;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Position;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.PoolState;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** How long content is kept, and what is held. */
final class HoldEndpoints {
    private final CommandService commands;
    private final Views views;
    private final RetentionView retention;
    private final Workers workers;

    HoldEndpoints(CommandService commands, Views views, RetentionView retention, Workers workers) {
        this.commands = commands;
        this.views = views;
        this.retention = retention;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("getRetention", this::show)
                .on("changeRetention", this::change)
                .on("placeHold", this::place)
                .on("releaseHold", this::release);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Target(
            @Nullable PackageName name,
            @Nullable DebianVersion version,
            @Nullable Digest digest,
            @Nullable HostId host,
            @Nullable Position position) {
        static Target of(HoldTarget target) {
            return new Target(target.name(), target.version(), target.digest(), target.host(), target.position());
        }

        HoldTarget checked() {
            return new HoldTarget(name, version, digest, host, position);
        }
    }

    private record Held(HoldName hold, Target target, String reason, String by, Instant since, long position) {
        static Held of(PoolState.Hold hold) {
            return new Held(
                    hold.placed().name(),
                    Target.of(hold.placed().target()),
                    hold.placed().reason(),
                    hold.at().by().text(),
                    hold.at().at(),
                    hold.at().position().value());
        }
    }

    private record Rules(int days, int rollbacks, List<Held> holds) {}

    private void show(Exchange exchange) {
        exchange.current(views, workers, () -> {
            PoolState state = retention.state().rules();
            return new Rules(
                    state.retention().days(),
                    state.retention().rollbacks(),
                    state.holds().values().stream().map(Held::of).toList());
        });
    }

    private record Retention(int days, int rollbacks) {}

    private void change(Exchange exchange) {
        Retention wanted = exchange.body(Retention.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(
                        views,
                        commands.changeRetention(
                                exchange.request(), new RetentionChanged(wanted.days(), wanted.rollbacks()))));
    }

    private record Placing(HoldName hold, Target target, String reason) {}

    private void place(Exchange exchange) {
        Placing body = exchange.body(Placing.class);
        HoldTarget target =
                Exchange.value(body.hold().text(), name -> body.target().checked());
        Outcomes.recorded(
                exchange,
                HttpStatus.CREATED,
                Outcomes.whenVisible(
                        views, commands.hold(exchange.request(), new HoldPlaced(body.hold(), target, body.reason()))));
    }

    private void release(Exchange exchange) {
        HoldName name = Exchange.value(exchange.path("name"), HoldName::new);
        ReasonBody body = exchange.body(ReasonBody.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(views, commands.releaseHold(exchange.request(), name, body.reason())));
    }
}
