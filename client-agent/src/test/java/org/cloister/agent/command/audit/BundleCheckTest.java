package org.cloister.agent.command.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.cloister.agent.command.LogFixture;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PackageStatement;
import org.junit.jupiter.api.Test;

/** A chain from an archive that GnuPG signed to an installation; then each link of it is broken in turn. */
class BundleCheckTest {
    private static final PackageId HELLO = PackageId.of("hello", "2.10-3", "amd64");
    private static final MirrorName MIRROR = new MirrorName("debian");
    private static final HostId HOST = new HostId("h-0123456789abcdef");
    private static final LayerId LAYER = new LayerId(Digest.ofText("layer"));
    private static final RootName ROOT = new RootName("hello");
    private static final int REQUESTED = 4;
    private static final int INSTALLED = 5;

    private final byte[] inRelease = resource("InRelease");
    private final byte[] index = resource("Packages.xz");
    private final String keys = new String(resource("key.asc"), StandardCharsets.US_ASCII);
    private final Map<Digest, byte[]> files =
            new HashMap<>(Map.of(Digest.of(inRelease), inRelease, Digest.of(index), index));

    BundleCheckTest() throws IOException {}

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BundleCheckTest.class.getResourceAsStream("/proof/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static Closure closure(String artifact) {
        return new Closure(List.of(new Closure.Member(HELLO, Digest.ofText(artifact), LAYER)));
    }

    private List<Event> honest() {
        return new ArrayList<>(List.of(
                new MirrorDefined(
                        MIRROR, "http://archive.example.org/debian", "stable", List.of("main"), List.of("amd64"), keys),
                new PackagePublished(HELLO, Digest.ofText("hello"), 5, LAYER, "Package: hello\n", MIRROR),
                new MirrorSynchronized(MIRROR, Digest.of(inRelease), Instant.EPOCH, List.of("hello"), List.of(HELLO)),
                new InstallRequested(List.of(new RootTarget(ROOT, HELLO, closure("hello")))),
                new InstallationSucceeded(
                        new Position(REQUESTED),
                        List.of(new RootOutcome(ROOT, HELLO, closure("hello").id(), LAYER)),
                        Digest.ofText("generation"),
                        7)));
    }

    private static LogFixture log(List<Event> events) throws Exception {
        return log(
                events,
                List.of(
                        StreamId.of(MIRROR),
                        StreamId.ofPackage("hello"),
                        StreamId.of(MIRROR),
                        StreamId.of(HOST),
                        StreamId.of(HOST)));
    }

    private static LogFixture log(List<Event> events, List<StreamId> streams) throws Exception {
        EventCodec codec = new EventCodec();
        List<RecordedEvent> recorded = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            EventCodec.Encoded encoded = codec.encode(events.get(i));
            recorded.add(new RecordedEvent(
                    new Position(i + 1),
                    streams.get(i),
                    i + 1,
                    encoded.type(),
                    encoded.schema(),
                    Instant.EPOCH,
                    new Principal("alice"),
                    new CorrelationId("c"),
                    encoded.payload()));
        }
        return LogFixture.of(recorded);
    }

    private List<Link> check(List<Event> events) throws Exception {
        LogFixture log = log(events);
        return new BundleCheck(log.bundle(INSTALLED, files), log.key(), null).run();
    }

    private static List<String> broken(List<Link> links, Link.Status status) {
        return links.stream()
                .filter(link -> link.status() == status)
                .map(Link::name)
                .toList();
    }

    private static List<String> failed(List<Link> links) {
        return broken(links, Link.Status.FAILED);
    }

    @Test
    void anHonestChainIsProvedFromTheArchivesSignatureToTheHost() throws Exception {
        List<Link> links = check(honest());
        assertThat(links).allMatch(link -> link.status() == Link.Status.PROVED);
        assertThat(links)
                .extracting(Link::name)
                .containsExactly(
                        "checkpoint",
                        "inclusion",
                        "requested hello",
                        "published in hello",
                        "signature debian",
                        "upstream debian");
    }

    private static final KeyPair PAIR = pair();
    private static final Ed25519Key KEY = Ed25519Key.of(PAIR.getPublic());
    private static final Principal ALICE = new Principal("alice");
    private static final PackagePublished UPLOAD =
            new PackagePublished(HELLO, Digest.ofText("hello"), 5, LAYER, "Package: hello\n", null);

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublisherKeyRegistered registered(Principal publisher) {
        return new PublisherKeyRegistered(KEY.id(), publisher, KEY.text());
    }

    private static PackageSigned signed(String content) {
        String signature = KEY.sign(PAIR.getPrivate(), PackageStatement.of(Digest.ofText(content)))
                .text();
        return new PackageSigned(HELLO, Digest.ofText("hello"), ALICE, KEY.id(), signature);
    }

    /** The upload is the subject, whatever stands around it. */
    private List<Link> upload(Event... events) throws Exception {
        List<StreamId> streams = new ArrayList<>();
        for (Event event : events) {
            streams.add(event instanceof TrustEvent ? StreamId.trust() : StreamId.ofPackage("hello"));
        }
        LogFixture log = log(List.of(events), streams);
        int subject = List.of(events).indexOf(UPLOAD) + 1;
        return new BundleCheck(log.bundle(subject, Map.of()), log.key(), null).run();
    }

    @Test
    void whatAPublisherSignedIsProvedByTheKeyThatTheLogHadForHim() throws Exception {
        List<Link> links = upload(registered(ALICE), UPLOAD, signed("hello"));
        assertThat(links).allMatch(link -> link.status() == Link.Status.PROVED);
        assertThat(links).extracting(Link::name).containsExactly("checkpoint", "inclusion", "publisher");
        assertThat(upload(registered(ALICE), UPLOAD, signed("hello"), new PublisherKeyRevoked(KEY.id(), "lost")))
                .as("what it signed before it was revoked")
                .allMatch(link -> link.status() == Link.Status.PROVED);
    }

    @Test
    void aSignatureOverAnotherArtifactByARevokedKeyOrAnotherPublishersIsFound() throws Exception {
        String name = "signature " + HELLO;
        assertThat(failed(upload(registered(ALICE), UPLOAD, signed("other")))).containsExactly(name);
        assertThat(failed(
                        upload(registered(ALICE), new PublisherKeyRevoked(KEY.id(), "lost"), UPLOAD, signed("hello"))))
                .containsExactly(name);
        assertThat(broken(upload(registered(new Principal("bob")), UPLOAD, signed("hello")), Link.Status.NOT_COVERED))
                .containsExactly(name);
        assertThat(broken(upload(UPLOAD, signed("hello"), registered(ALICE)), Link.Status.NOT_COVERED))
                .as("registered after it signed")
                .containsExactly(name);
        assertThat(broken(upload(UPLOAD), Link.Status.NOT_COVERED)).containsExactly("upstream");
    }

    @Test
    void anotherLogsKeyProvesNothing() throws Exception {
        LogFixture log = log(honest());
        List<Link> links =
                new BundleCheck(log.bundle(INSTALLED, files), log(honest()).key(), null).run();
        assertThat(failed(links)).containsExactly("checkpoint");
    }

    @Test
    void anAlteredEventIsNotInTheLog() throws Exception {
        LogFixture log = log(honest());
        Bundle whole = log.bundle(INSTALLED, files);
        List<Bundle.Proved> events = new ArrayList<>(whole.events());
        String line = new String(events.get(1).line(), StandardCharsets.UTF_8).replace("\"alice\"", "\"mallory\"");
        events.set(
                1,
                new Bundle.Proved(
                        line.getBytes(StandardCharsets.UTF_8), events.get(1).path()));
        List<Link> links =
                new BundleCheck(new Bundle(whole.subject(), whole.note(), events, files), log.key(), null).run();
        assertThat(failed(links)).containsExactly("inclusion");
        assertThat(broken(links, Link.Status.NOT_COVERED)).containsExactly("published " + HELLO);
    }

    @Test
    void aReportOfAnotherClosureIsFound() throws Exception {
        List<Event> events = honest();
        events.set(
                INSTALLED - 1,
                new InstallationSucceeded(
                        new Position(REQUESTED),
                        List.of(new RootOutcome(ROOT, HELLO, closure("other").id(), LAYER)),
                        Digest.ofText("generation"),
                        7));
        assertThat(failed(check(events))).containsExactly("requested hello");
    }

    @Test
    void anArtifactThatWasNotPublishedIsFound() throws Exception {
        List<Event> events = honest();
        events.set(1, new PackagePublished(HELLO, Digest.ofText("other"), 5, LAYER, "Package: hello\n", MIRROR));
        assertThat(failed(check(events))).containsExactly("published " + HELLO);
    }

    @Test
    void anArtifactThatTheArchiveDoesNotListIsFound() throws Exception {
        List<Event> events = honest();
        events.set(1, new PackagePublished(HELLO, Digest.ofText("evil"), 5, LAYER, "Package: hello\n", MIRROR));
        events.set(REQUESTED - 1, new InstallRequested(List.of(new RootTarget(ROOT, HELLO, closure("evil")))));
        events.set(
                INSTALLED - 1,
                new InstallationSucceeded(
                        new Position(REQUESTED),
                        List.of(new RootOutcome(ROOT, HELLO, closure("evil").id(), LAYER)),
                        Digest.ofText("generation"),
                        7));
        assertThat(failed(check(events))).containsExactly("upstream " + HELLO);
    }

    @Test
    void filesThatAreNotWhatTheirNamesSayAreFound() throws Exception {
        files.put(Digest.of(index), inRelease);
        assertThat(failed(check(honest()))).containsExactly("signature debian");
        files.put(Digest.of(index), index);
        files.put(Digest.of(inRelease), index);
        assertThat(failed(check(honest()))).containsExactly("signature debian");
    }

    @Test
    void anotherArchivesKeyIsNotBelieved() throws Exception {
        LogFixture log = log(honest());
        List<Link> links = new BundleCheck(log.bundle(INSTALLED, files), log.key(), "no keys").run();
        assertThat(failed(links)).containsExactly("signature debian");
    }

    @Test
    void whatIsMissingIsSaidAndIsNoFailure() throws Exception {
        files.remove(Digest.of(index));
        List<Link> links = check(honest());
        assertThat(failed(links)).isEmpty();
        assertThat(broken(links, Link.Status.NOT_COVERED)).containsExactly("upstream " + HELLO);
        files.clear();
        assertThat(broken(check(honest()), Link.Status.NOT_COVERED)).containsExactly("signature debian");
    }

    @Test
    void aBundleIsWrittenAndReadBackAndWhatIsCutOrFlippedNeverPassesForIt() throws Exception {
        LogFixture log = log(honest());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        log.bundle(INSTALLED, files).write(out);
        byte[] whole = out.toByteArray();
        assertThat(new BundleCheck(Bundle.read(new ByteArrayInputStream(whole)), log.key(), null).run())
                .allMatch(link -> link.status() == Link.Status.PROVED);
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] given =
                    random.nextInt(3) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            try {
                Bundle read = Bundle.read(new ByteArrayInputStream(given));
                List<Link> links = new BundleCheck(read, log.key(), null).run();
                if (links.stream().allMatch(link -> link.status() == Link.Status.PROVED)) {
                    assertThat(read.subject()).isEqualTo(new Position(INSTALLED));
                }
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageNotContaining("Exception");
            }
        }
    }

    @Test
    void whatIsNoBundleIsRefused() {
        for (String bad : List.of("", "PK", "{\"format\":\"cloister-proof 1\"}")) {
            assertThatThrownBy(() -> Bundle.read(new ByteArrayInputStream(bad.getBytes(StandardCharsets.UTF_8))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
