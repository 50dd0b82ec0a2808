package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole log and holds it against what was asked and acknowledged: nothing is lost, nothing is there twice, each host's events are
 * in order, and the times are the repository's.
 */
final class RecordCheck {
    private final Map<String, Life> lives = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Long> hostPositions = new ArrayList<>();
    private long events;
    private Instant last = Instant.EPOCH;
    private @Nullable Instant first;

    private static final class Life {
        private int enrolments;
        private final Map<Long, Integer> outcomes = new LinkedHashMap<>();
        private long newestOutcome;
    }

    @FunctionalInterface
    private interface Reader {
        void take(RecordedEvent event) throws IOException;
    }

    /** Reads all that is in the log now. */
    static RecordCheck of(FleetServer server) throws IOException, InterruptedException {
        RecordCheck check = new RecordCheck();
        read(server, "", check::take);
        return check;
    }

    /** {@code PRINCIPAL RULE} of each refusal on record. */
    static Set<String> refusals(FleetServer server) throws IOException, InterruptedException {
        Set<String> refusals = new HashSet<>();
        read(server, "&stream=access:", event -> {
            if (event.type().equals("RequestsRefused")) {
                JsonNode payload = EventCodec.json().readTree(event.payload());
                refusals.add(payload.path("principal").asText() + " "
                        + payload.path("rule").asText());
            }
        });
        return refusals;
    }

    private static void read(FleetServer server, String selection, Reader reader)
            throws IOException, InterruptedException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(server.stream("/v1/events?after=0" + selection), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.take(EventLine.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private void take(RecordedEvent event) throws IOException {
        events++;
        String stream = event.stream().toString();
        require(event.position().value() == events, "position " + event.position() + " came as number " + events);
        long version = versions.merge(stream, 1L, Long::sum);
        require(event.version() == version, stream + " has version " + event.version() + " as number " + version);
        require(!event.recordedAt().isBefore(last), "time went back at position " + event.position());
        first = first == null ? event.recordedAt() : first;
        last = event.recordedAt();
        if (stream.startsWith("host:")) {
            hostPositions.add(event.position().value());
            ofHost(stream.substring("host:".length()), event);
        }
    }

    private void ofHost(String host, RecordedEvent event) throws IOException {
        Life life = lives.computeIfAbsent(host, h -> new Life());
        long position = event.position().value();
        switch (event.type()) {
            case "HostEnrolled" -> life.enrolments++;
            case "InstallRequested", "RemovalRequested" -> life.outcomes.put(position, 0);
            case "InstallationSucceeded", "RemovalCompleted" -> {
                long request = EventCodec.json()
                        .readTree(event.payload())
                        .path("request")
                        .asLong();
                Integer before = life.outcomes.get(request);
                require(before != null, host + " has an outcome of " + request + ", which wasn't asked before");
                life.outcomes.put(request, before == null ? 1 : before + 1);
                require(request > life.newestOutcome, host + " has an outcome of " + request + " too late");
                life.newestOutcome = request;
            }
            default -> faults.add(host + " has a " + event.type() + " at position " + position);
        }
    }

    private void require(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    /** Each of {@code hosts} was enrolled once and has these requests, each with one outcome. */
    void requireLife(SimulatedHost host, Set<Position> requests) {
        Life life = lives.get(host.id().text());
        if (life == null) {
            faults.add(host.id() + " isn't in the log");
            return;
        }
        require(life.enrolments == 1, host.id() + " was enrolled " + life.enrolments + " times");
        Set<Long> asked = new HashSet<>();
        requests.forEach(position -> asked.add(position.value()));
        require(
                life.outcomes.keySet().equals(asked),
                host.id() + " was asked " + asked + ", the log has " + life.outcomes.keySet());
        life.outcomes.forEach((request, times) ->
                require(times == 1, host.id() + " has " + times + " outcomes of the request at " + request));
    }

    void requireTimes(Instant from, Instant to) {
        require(
                first != null && !first.isBefore(from) && !last.isAfter(to),
                "times from " + first + " to " + last + " of a run from " + from + " to " + to);
    }

    long events() {
        return events;
    }

    int hosts() {
        return lives.size();
    }

    /** Of events of hosts, ascending. */
    List<Long> hostPositions() {
        return hostPositions;
    }

    List<String> faults() {
        return faults;
    }
}
