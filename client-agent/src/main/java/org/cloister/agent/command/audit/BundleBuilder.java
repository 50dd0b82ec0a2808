package org.cloister.agent.command.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.command.audit.Bundle.Proved;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.Outcome;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.Position;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.WithheldPayload;
import org.cloister.events.archive.ArchiveKeys;
import org.cloister.events.archive.InReleaseSignature;
import org.cloister.events.archive.NotSignedException;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.cloister.events.deb.PackageId;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;

/** Collects from a repository what proves an event. Whether it does, {@link BundleCheck} says. Used once. */
public final class BundleBuilder {
    /** Streams of one request. */
    private static final int STREAMS = 10;

    private static final int NOT_FOUND = 404;
    private static final Position END = new Position(Long.MAX_VALUE);
    private static final EventCodec CODEC = new EventCodec();

    private final RepositoryApi repository;
    private final LogReader log;
    private final NoteKey key;
    private final Map<Position, byte[]> lines = new TreeMap<>();
    private final Map<Position, Map.Entry<PackageSigned, byte[]>> signatures = new TreeMap<>();
    private final Map<Digest, byte[]> files = new HashMap<>();

    public BundleBuilder(RepositoryApi repository, NoteKey key) {
        this.repository = repository;
        this.log = new LogReader(repository);
        this.key = key;
    }

    /** Hears how many of the events have their proof. */
    @FunctionalInterface
    public interface Listener {
        void proved(long events, long of);
    }

    /** @throws IllegalArgumentException if there is no such event, or the checkpoint isn't signed by the key */
    public Bundle build(Position subject, Listener listener) throws IOException, InterruptedException {
        String note = log.checkpointNote();
        Checkpoint checkpoint = Checkpoint.parse(key.open(note));
        if (subject.value() < 1 || subject.value() > checkpoint.size()) {
            throw new IllegalArgumentException("the signed log has " + checkpoint.size() + " events, no " + subject);
        }
        collect(subject);
        List<Proved> proved = new ArrayList<>();
        for (Map.Entry<Position, byte[]> line : lines.entrySet()) {
            if (line.getKey().value() <= checkpoint.size()) {
                List<byte[]> path = LogReader.hashes(log.inclusion(line.getKey(), checkpoint.size()));
                proved.add(new Proved(line.getValue(), path));
            }
            listener.proved(proved.size(), lines.size());
        }
        return new Bundle(subject, note, proved, files);
    }

    private void collect(Position subject) throws IOException, InterruptedException {
        Event event = one(subject);
        PackageId id = event instanceof PackagePublished published
                ? published.id()
                : event instanceof PackageSigned signed ? signed.id() : null;
        if (id != null) {
            origins(publications(Set.of(id), END));
            return;
        }
        Position request = event instanceof Outcome outcome ? outcome.request() : subject;
        Event asked = event instanceof Outcome ? one(request) : event;
        List<RootTarget> targets = asked instanceof InstallRequested install
                ? install.roots()
                : asked instanceof RollbackRequested rollback ? rollback.roots() : List.of();
        Set<PackageId> members = new LinkedHashSet<>();
        for (RootTarget target : targets) {
            target.closure().packages().forEach(member -> members.add(member.id()));
        }
        origins(publications(members, request));
    }

    /** Null where only administrators may read what it says. */
    private @Nullable Event one(Position position) throws IOException, InterruptedException {
        log.events(position.value() - 1, position.value(), line -> {
            lines.put(position, line.clone());
            return false;
        });
        byte[] line = lines.get(position);
        if (line == null) {
            throw new IllegalArgumentException("the log has no event " + position);
        }
        RecordedEvent recorded = EventLine.parse(line);
        return WithheldPayload.isIn(recorded) ? null : CODEC.decode(recorded);
    }

    /** Of each member, the publication that the request could see. */
    private Map<Position, PackagePublished> publications(Set<PackageId> members, Position before)
            throws IOException, InterruptedException {
        Map<Position, PackagePublished> found = new TreeMap<>();
        Set<String> names = new TreeSet<>();
        members.forEach(id -> names.add("package:" + id.name()));
        List<String> streams = List.copyOf(names);
        for (int from = 0; from < streams.size(); from += STREAMS) {
            String some = String.join(",", streams.subList(from, Math.min(streams.size(), from + STREAMS)));
            repository.lines(Target.of("v1", "events").with("stream", some), line -> {
                RecordedEvent recorded = EventLine.parse(line);
                Event event = CODEC.decode(recorded);
                if (event instanceof PackageSigned signed && members.contains(signed.id())) {
                    signatures.put(recorded.position(), Map.entry(signed, line.clone()));
                } else if (event instanceof PackagePublished published
                        && before.isAfter(recorded.position())
                        && members.contains(published.id())
                        && found.values().stream().noneMatch(one -> one.id().equals(published.id()))) {
                    lines.put(recorded.position(), line.clone());
                    found.put(recorded.position(), published);
                }
                return true;
            });
        }
        return found;
    }

    private void origins(Map<Position, PackagePublished> published) throws IOException, InterruptedException {
        upstream(published);
        publishers(published.values());
    }

    /** What publishers signed of it, whenever they did, and what the log says of their keys. */
    private void publishers(Collection<PackagePublished> published) throws IOException, InterruptedException {
        Set<PublisherKeyId> keys = new HashSet<>();
        signatures.forEach((position, one) -> {
            PackageSigned signed = one.getKey();
            if (published.stream()
                    .anyMatch(each ->
                            each.id().equals(signed.id()) && each.artifact().equals(signed.artifact()))) {
                lines.put(position, one.getValue());
                keys.add(signed.key());
            }
        });
        if (keys.isEmpty()) {
            return;
        }
        repository.lines(Target.of("v1", "events").with("stream", StreamId.trust()), line -> {
            RecordedEvent recorded = EventLine.parse(line);
            Event event = CODEC.decode(recorded);
            PublisherKeyId key = event instanceof PublisherKeyRegistered registered
                    ? registered.key()
                    : event instanceof PublisherKeyRevoked revoked ? revoked.key() : null;
            if (key != null && keys.contains(key)) {
                lines.put(recorded.position(), line.clone());
            }
            return true;
        });
    }

    private void upstream(Map<Position, PackagePublished> published) throws IOException, InterruptedException {
        Map<MirrorName, Map<PackageId, Position>> wanted = new TreeMap<>();
        published.forEach((position, one) -> {
            MirrorName mirror = one.mirror();
            if (mirror != null) {
                wanted.computeIfAbsent(mirror, name -> new HashMap<>()).put(one.id(), position);
            }
        });
        for (Map.Entry<MirrorName, Map<PackageId, Position>> mirror : wanted.entrySet()) {
            synchronizations(mirror.getKey(), new HashMap<>(mirror.getValue()));
        }
    }

    /** The synchronizations that brought packages, and the definitions that these went by. */
    private void synchronizations(MirrorName mirror, Map<PackageId, Position> wanted)
            throws IOException, InterruptedException {
        byte[][] definition = new byte[1][];
        Map<MirrorSynchronized, MirrorDefined> found = new LinkedHashMap<>();
        repository.lines(Target.of("v1", "events").with("stream", "mirror:" + mirror), line -> {
            RecordedEvent recorded = EventLine.parse(line);
            Event event = CODEC.decode(recorded);
            if (event instanceof MirrorDefined) {
                definition[0] = line.clone();
            } else if (event instanceof MirrorSynchronized sync
                    && definition[0] != null
                    && wanted.entrySet()
                            .removeIf(one -> recorded.position().isAfter(one.getValue())
                                    && sync.published().contains(one.getKey()))) {
                RecordedEvent defined = EventLine.parse(definition[0]);
                lines.put(defined.position(), definition[0]);
                lines.put(recorded.position(), line.clone());
                found.put(sync, (MirrorDefined) CODEC.decode(defined));
            }
            return !wanted.isEmpty();
        });
        for (Map.Entry<MirrorSynchronized, MirrorDefined> sync : found.entrySet()) {
            signed(sync.getKey().inRelease(), sync.getValue());
        }
    }

    /** InRelease and the indexes that it names, as far as the repository kept them. */
    private void signed(Digest inRelease, MirrorDefined definition) throws IOException, InterruptedException {
        byte[] file = object(inRelease);
        if (file == null || files.put(inRelease, file) != null) {
            return;
        }
        byte[] text;
        try {
            text = new InReleaseSignature(ArchiveKeys.parse(definition.signedBy())).verify(file);
        } catch (NotSignedException e) {
            return;
        }
        for (Map.Entry<String, Digest> named : SignedIndexes.named(text).entrySet()) {
            if (isOf(definition, named.getKey()) && !files.containsKey(named.getValue())) {
                byte[] index = object(named.getValue());
                if (index != null) {
                    files.put(named.getValue(), index);
                }
            }
        }
    }

    private static boolean isOf(MirrorDefined definition, String path) {
        Collection<String> architectures = new TreeSet<>(definition.architectures());
        architectures.add("all");
        return definition.components().stream()
                .anyMatch(component -> architectures.stream()
                        .anyMatch(architecture -> path.startsWith(component + "/binary-" + architecture + "/")));
    }

    private byte @Nullable [] object(Digest digest) throws IOException, InterruptedException {
        try {
            return repository.bytes(Target.of("v1", "objects", digest.toString()));
        } catch (RepositoryRefused e) {
            if (e.problem().status() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }
}
