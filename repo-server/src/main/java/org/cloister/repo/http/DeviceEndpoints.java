package org.cloister.repo.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.Devices;
import org.cloister.repo.decide.Devices.Grant;
import org.cloister.repo.decide.Devices.Known;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** The devices of hosts: which there are, and who may use them. */
final class DeviceEndpoints {
    private final CommandService commands;
    private final Views views;
    private final Workers workers;

    DeviceEndpoints(CommandService commands, Views views, Workers workers) {
        this.commands = commands;
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("getDevices", this::get).on("grantDevice", this::grant).on("releaseDevice", this::release);
    }

    private record Wish(RootName root, DeviceId device) {}

    /** What became of a wish; {@code holder} and {@code reason} are null where it was granted. */
    private record Granted(
            long position,
            String correlation,
            boolean granted,
            @Nullable RootName holder,
            @Nullable String reason) {
        static Granted of(Outcomes.Done<List<HostEvent>> done) {
            DeviceRefused refused = null;
            List<HostEvent> events = done.answer();
            if (!events.isEmpty() && events.get(0) instanceof DeviceRefused no) {
                refused = no;
            }
            return new Granted(
                    done.recorded().position(),
                    done.recorded().correlation(),
                    refused == null,
                    refused == null ? null : refused.holder(),
                    refused == null ? null : refused.reason());
        }
    }

    private void grant(Exchange exchange) {
        Wish body = exchange.body(Wish.class);
        Outcomes.reply(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views, commands.grantDevice(exchange.request(), host(exchange), body.root(), body.device())),
                Granted::of);
    }

    private record Unwanted(RootName root, @Nullable DeviceId device) {}

    private void release(Exchange exchange) {
        Unwanted body = exchange.body(Unwanted.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views, commands.releaseDevice(exchange.request(), host(exchange), body.root(), body.device())));
    }

    private record Holder(RootName root, Instant since, long position, String by) {
        static Holder of(Grant grant) {
            return new Holder(
                    grant.granted().root(),
                    grant.since().at(),
                    grant.since().position().value(),
                    grant.since().by().text());
        }
    }

    private record Present(
            DeviceId device,
            String kind,
            boolean exclusive,
            String label,
            String node,
            boolean attached,
            Instant since,
            List<Holder> holders) {
        static Present of(Devices devices, Known known) {
            return new Present(
                    known.device().device(),
                    known.device().kind().text(),
                    known.device().kind().isExclusive(),
                    known.device().label(),
                    known.device().node(),
                    known.attached(),
                    known.since().at(),
                    devices.of(known.device().device()).values().stream()
                            .map(Holder::of)
                            .toList());
        }

        /** One that is granted; nobody reports it. */
        static Present ofDesktop(DeviceId device, Collection<Grant> grants) {
            Grant first = Collections.min(
                    grants, Comparator.comparing((Grant grant) -> grant.since().position()));
            DeviceKind kind = first.granted().kind();
            String label = switch (kind) {
                case DISPLAY -> "the display of whoever starts a program";
                case SCREEN -> "a screen of the root's own";
                case SOUND_SERVER -> "the sound server of whoever starts a program";
                case OPTICAL, DISK, SERIAL, SOUND, VIDEO, INPUT -> "";
            };
            return new Present(
                    device,
                    kind.text(),
                    kind.isExclusive(),
                    label,
                    "",
                    true,
                    first.since().at(),
                    grants.stream().map(Holder::of).toList());
        }
    }

    private void get(Exchange exchange) {
        HostId host = host(exchange);
        exchange.current(views, workers, () -> {
            Devices devices = HostReads.enrolled(views, host).state().devices();
            List<Present> present = new ArrayList<>();
            devices.known().values().forEach(known -> present.add(Present.of(devices, known)));
            devices.grants().forEach((device, grants) -> {
                if (!devices.known().containsKey(device)) {
                    present.add(Present.ofDesktop(device, grants.values()));
                }
            });
            return Map.of("devices", present);
        });
    }

    private static HostId host(Exchange exchange) {
        return new HostId(exchange.path("host"));
    }
}
