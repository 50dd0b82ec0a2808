package org.cloister.repo.command;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.CommandService.ReportedEvent;
import org.cloister.repo.command.CommandService.SignedReport;
import org.cloister.repo.command.Reported.Left;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.ReportDecider;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** What agents report. */
final class ReportCommand {
    private final CommandRunner runner;
    private final Streams streams;
    private final InstantSource clock;

    ReportCommand(CommandRunner runner, Streams streams, InstantSource clock) {
        this.runner = runner;
        this.streams = streams;
        this.clock = clock;
    }

    CompletionStage<Outcome<Reported>> report(Request request, HostId host, SignedReport report) {
        Refusal refusal = Authority.on(host, request.caller(), Role.AGENT);
        if (refusal == null && report.events().isEmpty()) {
            refusal = new Refusal(Rule.NOTHING_NAMED, "the report has no events", "report something");
        }
        return runner.run(request, refusal, new Report(request, host, report));
    }

    /** {@code docs/protocol.md}, "Signatures of a host". */
    static byte[] signedText(HostId host, long sequence, List<ReportedEvent> events) {
        StringBuilder text = new StringBuilder("cloister-report 1\n" + host + '\n' + sequence + '\n');
        for (ReportedEvent event : events) {
            text.append(event.type())
                    .append(' ')
                    .append(Digest.ofText(event.payload()).hex())
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private final class Report implements Plan<Reported> {
        private final Request request;
        private final HostId host;
        private final SignedReport report;

        Report(Request request, HostId host, SignedReport report) {
            this.request = request;
            this.host = host;
            this.report = report;
        }

        @Override
        public CompletionStage<Attempt<Reported>> attempt() {
            Loaded<HostState> loaded = streams.load(StreamFamily.HOST, StreamId.of(host));
            HostEnrolled enrolment = loaded.state().enrolment();
            boolean signed = enrolment == null || isSigned(enrolment.publicKey());
            return CompletableFuture.completedFuture(signed ? decide(loaded) : unsigned());
        }

        private boolean isSigned(String publicKey) {
            byte[] text = signedText(host, report.sequence(), report.events());
            return HostKey.parse(publicKey)
                    .map(key -> key.verifies(text, report.signature()))
                    .orElse(false);
        }

        private Attempt<Reported> unsigned() {
            return new Attempt.Refused<>(new Refusal(
                    Rule.SIGNATURE_INVALID,
                    "the report isn't signed with the key of host " + host,
                    "sign it with the key with which the host was enrolled"));
        }

        private Attempt<Reported> decide(Loaded<HostState> loaded) {
            HostState state = loaded.state();
            List<Event> recorded = new ArrayList<>();
            List<Left> refused = new ArrayList<>();
            int accepted = 0;
            for (int i = 0; i < report.events().size(); i++) {
                Decision<HostEvent> decision = new ReportDecider(state, host)
                        .decide(report.events().get(i).event());
                if (decision instanceof Decision.Accepted<HostEvent> yes) {
                    recorded.addAll(yes.events());
                    for (HostEvent event : yes.events()) {
                        state = state.evolve(soon(), event);
                    }
                    accepted++;
                } else if (decision instanceof Decision.Refused<HostEvent> no) {
                    refused.add(new Left(i, no.refusal()));
                }
            }
            Reported answer = new Reported(accepted, refused);
            if (!recorded.isEmpty()) {
                return new Attempt.Proposed<>(
                        List.of(new Part(StreamId.of(host), loaded.version(), recorded)),
                        answer,
                        correlation(recorded, loaded.state()));
            }
            return refused.size() == report.events().size()
                    ? new Attempt.Refused<>(refused.get(0).refusal())
                    : new Attempt.Unchanged<>(answer);
        }

        /** An outcome is tied to what it is the outcome of; null for a report of others, or of several. */
        private static @Nullable CorrelationId correlation(List<Event> recorded, HostState state) {
            Set<CorrelationId> asked = new HashSet<>();
            for (Event event : recorded) {
                HostRequest about = event instanceof HostEvent.Outcome outcome
                        ? state.requests().get(outcome.request())
                        : null;
                if (about != null) {
                    asked.add(about.asked().correlation());
                }
            }
            return asked.size() == 1 ? asked.iterator().next() : null;
        }

        /** Stands for the occurrence that the event will have; no rule of reports looks at it. */
        private Occurrence soon() {
            return new Occurrence(
                    new Position(Long.MAX_VALUE),
                    clock.instant(),
                    request.caller().principal(),
                    request.correlation());
        }

        @Override
        public @Nullable Reported repeated(List<Event> events) {
            return events.stream().allMatch(HostEvent.class::isInstance)
                    ? new Reported(
                            (int) events.stream().filter(Report::isReported).count(), List.of())
                    : null;
        }

        /** Not what followed from a report: leases and grants that end with a root, and leases that others get then. */
        private static boolean isReported(Event event) {
            return !(event instanceof LeaseReleased
                    || event instanceof LeaseGranted
                    || event instanceof DeviceReleased);
        }
    }
}
