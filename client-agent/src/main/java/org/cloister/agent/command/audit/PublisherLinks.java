package org.cloister.agent.command.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.Position;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.PackageStatement;
import org.cloister.events.sign.PublisherKey;
import org.jspecify.annotations.Nullable;

/**
 * From an upload to what its publisher signed: the signature is verified here, with the key that the log had registered for that publisher
 * before. Whose key it is, is the log's word.
 */
final class PublisherLinks {
    private final Map<Position, RecordedEvent> recorded;
    private final Map<Position, Event> events;
    private final List<Link> links;

    /**
     * @param recorded those whose inclusion is proved
     * @param events the same, decoded
     * @param links gets what is found
     */
    PublisherLinks(Map<Position, RecordedEvent> recorded, Map<Position, Event> events, List<Link> links) {
        this.recorded = recorded;
        this.events = events;
        this.links = links;
    }

    /** Those of the uploads that nobody signed. */
    Set<String> check(Map<Position, PackagePublished> uploads) {
        Set<String> unsigned = new TreeSet<>();
        Map<PublisherKeyId, Integer> proved = new TreeMap<>();
        uploads.forEach((position, upload) -> {
            List<Position> signed = signatures(position, upload);
            for (Position at : signed) {
                PublisherKeyId key = proved(at);
                if (key != null) {
                    proved.merge(key, 1, Integer::sum);
                }
            }
            if (signed.isEmpty()) {
                unsigned.add(upload.id().toString());
            }
        });
        proved.forEach((key, count) ->
                links.add(Link.proved("publisher", count + " artifacts are signed with " + words(key))));
        return unsigned;
    }

    private List<Position> signatures(Position published, PackagePublished upload) {
        List<Position> found = new ArrayList<>();
        events.forEach((position, event) -> {
            if (event instanceof PackageSigned signed
                    && position.isAfter(published)
                    && signed.id().equals(upload.id())
                    && signed.artifact().equals(upload.artifact())) {
                found.add(position);
            }
        });
        return found;
    }

    /** The key that made a signature, or null where that isn't proved, of which a link tells. */
    private @Nullable PublisherKeyId proved(Position at) {
        PackageSigned signed = (PackageSigned) events.get(at);
        RecordedEvent event = recorded.get(at);
        if (signed == null || event == null) {
            throw new IllegalStateException("a signature that isn't among the events: " + at);
        }
        String name = "signature " + signed.id();
        PublisherKeyRegistered registered = registered(signed, at);
        if (registered == null) {
            links.add(Link.notCovered(
                    name,
                    "The registration of " + signed.key() + " for " + signed.publisher() + " is not in the bundle."));
            return null;
        }
        Position revoked = revoked(signed.key());
        if (revoked != null && at.isAfter(revoked)) {
            links.add(Link.failed(name, signed.key() + " was revoked at position " + revoked + ", before it signed."));
            return null;
        }
        String objection = objection(registered, signed, event);
        if (objection != null) {
            links.add(Link.failed(name, "The signature by " + signed.key() + " " + objection + "."));
            return null;
        }
        return signed.key();
    }

    private static @Nullable String objection(
            PublisherKeyRegistered registered, PackageSigned signed, RecordedEvent event) {
        try {
            PublisherKey key = PublisherKey.parse(registered.publicKey());
            return key.id().equals(signed.key())
                    ? key.objection(
                            DetachedSignature.parse(signed.signature()),
                            PackageStatement.of(signed.artifact()),
                            event.recordedAt())
                    : "is by a key that isn't the one of that id";
        } catch (IllegalArgumentException e) {
            return "can't be read: " + e.getMessage();
        }
    }

    private @Nullable PublisherKeyRegistered registered(PackageSigned signed, Position before) {
        for (Map.Entry<Position, Event> entry : events.entrySet()) {
            if (entry.getValue() instanceof PublisherKeyRegistered one
                    && before.isAfter(entry.getKey())
                    && one.key().equals(signed.key())
                    && one.publisher().equals(signed.publisher())
                    && isOfTrust(entry.getKey())) {
                return one;
            }
        }
        return null;
    }

    private @Nullable Position revoked(PublisherKeyId key) {
        for (Map.Entry<Position, Event> entry : events.entrySet()) {
            if (entry.getValue() instanceof PublisherKeyRevoked one
                    && one.key().equals(key)
                    && isOfTrust(entry.getKey())) {
                return entry.getKey();
            }
        }
        return null;
    }

    private boolean isOfTrust(Position position) {
        RecordedEvent event = recorded.get(position);
        return event != null && event.stream().equals(StreamId.trust());
    }

    private String words(PublisherKeyId key) {
        Position revoked = revoked(key);
        String publisher = events.values().stream()
                .filter(event ->
                        event instanceof PublisherKeyRegistered one && one.key().equals(key))
                .map(event -> ((PublisherKeyRegistered) event).publisher().text())
                .findFirst()
                .orElse("");
        return key + " of " + publisher
                + (revoked == null ? "." : ", which was revoked later, at position " + revoked + ".");
    }
}
