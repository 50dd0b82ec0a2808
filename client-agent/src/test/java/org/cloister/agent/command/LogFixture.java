package org.cloister.agent.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cloister.agent.command.audit.Bundle;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.NoteKey;
import org.cloister.events.log.TimeStamp;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.SignedRoot;

/** A log with a key, and the proofs by RFC 6962's own recursive definitions, so that nothing checks itself. */
public final class LogFixture {
    private final KeyPair pair;
    private final NoteKey key;
    private final List<RecordedEvent> events = new ArrayList<>();

    public LogFixture(int size) throws GeneralSecurityException {
        this(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), size, "v");
    }

    /** Another log by the same key. */
    public LogFixture forked(int size) {
        return new LogFixture(pair, size, "forked");
    }

    public LogFixture grown(int size) {
        return new LogFixture(pair, size, "v");
    }

    private LogFixture(KeyPair pair, int size, String content) {
        this.pair = pair;
        this.key = NoteKey.of("example.org/log", pair.getPublic());
        for (int i = 1; i <= size; i++) {
            events.add(event(i, content + i));
        }
    }

    /** A log of these. */
    public static LogFixture of(List<RecordedEvent> events) throws GeneralSecurityException {
        LogFixture log = new LogFixture(0);
        log.events.addAll(events);
        return log;
    }

    /** The note of a time stamp of this log. */
    public String stamped(Instant time, int trustRoot) {
        Checkpoint checkpoint = Checkpoint.parse(key.open(note()));
        return key.sign(new TimeStamp(checkpoint, time, trustRoot).text(), pair.getPrivate());
    }

    /** With the signature of this log's key. */
    public SignedRoot introduced(SignedRoot root) {
        return root.signedWith(new Ed25519Key(key.key()), pair.getPrivate());
    }

    public NoteKey key() {
        return key;
    }

    /** A proof with all events of this log. */
    public Bundle bundle(int subject, Map<Digest, byte[]> files) {
        List<Bundle.Proved> proved = new ArrayList<>();
        for (RecordedEvent event : events) {
            int index = (int) event.position().value() - 1;
            proved.add(new Bundle.Proved(
                    EventLine.write(event).getBytes(StandardCharsets.UTF_8), inclusion(index, 0, events.size())));
        }
        return new Bundle(new Position(subject), note(), proved, files);
    }

    private static RecordedEvent event(int position, String value) {
        return new RecordedEvent(
                new Position(position),
                StreamId.ofPackage("a"),
                position,
                "PackageYanked",
                1,
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                new Principal("alice"),
                new CorrelationId("c"),
                "{\"v\":\"" + value + "\"}");
    }

    /** Puts in all that a verification asks for. */
    public LogFixture serve(FakeRepository repository) {
        text(repository, "GET /log/key", key.text() + "\n");
        text(repository, "GET /log/checkpoint", note());
        repository.serveEvents(events);
        for (int tile = 0; tile * 256 < events.size(); tile++) {
            int width = Math.min(256, events.size() - tile * 256);
            ByteArrayOutputStream hashes = new ByteArrayOutputStream();
            leaves(tile * 256, tile * 256 + width).forEach(hashes::writeBytes);
            String name = String.format(java.util.Locale.ROOT, "%03d", tile) + (width == 256 ? "" : ".p/" + width);
            repository.on("GET /log/tile/0/" + name, 200, "application/octet-stream", hashes.toByteArray());
        }
        return this;
    }

    /** The same log, but one event is served differently from what was recorded. */
    public void serveAltered(FakeRepository repository, int position) {
        List<RecordedEvent> altered = new ArrayList<>(events);
        altered.set(position - 1, event(position, "altered"));
        repository.serveEvents(altered);
    }

    public void serveWithout(FakeRepository repository, int position) {
        List<RecordedEvent> fewer = new ArrayList<>(events);
        fewer.remove(position - 1);
        repository.serveEvents(fewer);
    }

    /** That its first {@code from} events are a prefix. */
    public List<byte[]> consistencyFrom(int from) {
        return consistency(from, 0, events.size(), true);
    }

    public void serveConsistency(FakeRepository repository, int from) {
        List<byte[]> proof = consistency(from, 0, events.size(), true);
        text(
                repository,
                "GET /log/proof/consistency?from=" + from + "&to=" + events.size(),
                "{\"hashes\":[" + quoted(proof) + "]}");
    }

    public void serveInclusion(FakeRepository repository, int position) {
        text(
                repository,
                "GET /log/proof/inclusion?position=" + position + "&size=" + events.size(),
                "{\"hashes\":[" + quoted(inclusion(position - 1, 0, events.size())) + "]}");
    }

    private static String quoted(List<byte[]> hashes) {
        return hashes.stream()
                .map(hash -> "\"" + Base64.getEncoder().encodeToString(hash) + "\"")
                .collect(Collectors.joining(","));
    }

    private static void text(FakeRepository repository, String operation, String text) {
        repository.replace(operation, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Its signed checkpoint. */
    public String note() {
        Checkpoint checkpoint = new Checkpoint(key.name(), events.size(), root(0, events.size()));
        return key.sign(checkpoint.text(), pair.getPrivate());
    }

    private List<byte[]> leaves(int from, int to) {
        return events.subList(from, to).stream()
                .map(event -> MerkleHash.leaf(event.leafData()))
                .toList();
    }

    /** MTH of RFC 6962, 2.1. */
    private byte[] root(int from, int to) {
        if (to == from) {
            return MerkleHash.empty();
        }
        if (to - from == 1) {
            return leaves(from, to).get(0);
        }
        int split = from + Integer.highestOneBit(to - from - 1);
        return MerkleHash.node(root(from, split), root(split, to));
    }

    /** PATH of RFC 6962, 2.1.1. */
    private List<byte[]> inclusion(int index, int from, int to) {
        if (to - from <= 1) {
            return List.of();
        }
        int split = from + Integer.highestOneBit(to - from - 1);
        boolean left = from + index < split;
        List<byte[]> path =
                new ArrayList<>(left ? inclusion(index, from, split) : inclusion(from + index - split, split, to));
        path.add(left ? root(split, to) : root(from, split));
        return path;
    }

    /** SUBPROOF of RFC 6962, 2.1.2. */
    private List<byte[]> consistency(int size, int from, int to, boolean complete) {
        if (size == to - from) {
            return complete ? List.of() : List.of(root(from, to));
        }
        int k = Integer.highestOneBit(to - from - 1);
        int split = from + k;
        List<byte[]> proof = new ArrayList<>(
                size <= k ? consistency(size, from, split, complete) : consistency(size - k, split, to, false));
        proof.add(size <= k ? root(split, to) : root(from, split));
        return proof;
    }
}
