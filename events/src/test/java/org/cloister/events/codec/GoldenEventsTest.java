package org.cloister.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.cloister.events.AccessEvent;
import org.cloister.events.AdvisoryEvent;
import org.cloister.events.AdvisoryId;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.AuditEvent;
import org.cloister.events.ClosureEvent;
import org.cloister.events.CorrelationId;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionName;
import org.cloister.events.Event;
import org.cloister.events.GuestId;
import org.cloister.events.HoldName;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostId;
import org.cloister.events.Isolation;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent;
import org.cloister.events.PersonId;
import org.cloister.events.PoolEvent;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.events.SealedName;
import org.cloister.events.ServiceName;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.StreamId;
import org.cloister.events.TokenId;
import org.cloister.events.TrustEvent;
import org.cloister.events.UserEvent;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.junit.jupiter.api.Test;

/** What stands in a log stays readable: one golden file for each event type and schema version. */
class GoldenEventsTest {
    private static final Digest DIGEST = Digest.ofText("x");
    private static final LayerId LAYER = new LayerId(DIGEST);
    private static final PackageId HELLO = PackageId.of("hello", "2.10-3", "amd64");
    private static final HostId HOST = new HostId("h-0123456789abcdef");
    private static final RootName ROOT = new RootName("hello");
    private static final Closure CLOSURE = new Closure(List.of(new Closure.Member(HELLO, DIGEST, LAYER)));
    private static final MirrorName MIRROR = new MirrorName("debian");
    private static final DistributionName STABLE = new DistributionName("stable");
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final Position SEVEN = new Position(7);
    private static final PersonId PERSON = new PersonId("0123456789abcdef0123456789abcdef");
    private static final RootOutcome OUTCOME = new RootOutcome(ROOT, HELLO, CLOSURE.id(), LAYER);
    private static final RootTarget TARGET = new RootTarget(ROOT, HELLO, CLOSURE);

    private static final PublisherKeyId KEY = new PublisherKeyId("ed25519:" + DIGEST.hex());

    private static final List<Event> SAMPLES = List.of(
            new PackageEvent.PackagePublished(
                    HELLO, DIGEST, 56_132, LAYER, "Package: hello\nVersion: 2.10-3\n", MIRROR),
            new PackageEvent.PackageYanked(HELLO, "CVE-2026-1"),
            new PackageEvent.PackageRestored(HELLO, "false alarm"),
            new PackageEvent.PackageSigned(HELLO, DIGEST, new Principal("alice"), KEY, KEY + " AAAA"),
            new TrustEvent.PublisherKeyRegistered(KEY, new Principal("alice"), "PEM\n"),
            new TrustEvent.PublisherKeyRevoked(KEY, "lost laptop"),
            new TrustEvent.SignaturePolicyChanged(SignaturePolicy.REQUIRE),
            new TrustEvent.TrustRootPublished(1, "cloister trust root 1\n\n"),
            new MirrorEvent.MirrorDefined(
                    MIRROR,
                    "http://archive.example.org/debian",
                    "bookworm",
                    List.of("main"),
                    List.of("amd64"),
                    "KEY",
                    ArtifactPolicy.ON_DEMAND,
                    7),
            new MirrorEvent.MirrorSynchronized(MIRROR, DIGEST, TIME, List.of("hello"), List.of(HELLO)),
            new MirrorEvent.MirrorSyncFailed(MIRROR, List.of("hello"), "no route to host"),
            new MirrorEvent.PackagesListed(
                    MIRROR,
                    "main",
                    List.of(new Architecture("amd64"), new Architecture("arm64")),
                    List.of(new MirrorEvent.PackagesListed.Entry(
                            HELLO, DIGEST, 56_132, "pool/main/h/hello/hello_2.10-3_amd64.deb")),
                    "KLUv/SAA"),
            new MirrorEvent.PackagesWithdrawn(MIRROR, "main", List.of(HELLO)),
            new MirrorEvent.MirrorIndexed(MIRROR, DIGEST, TIME, 3, 1, 63_440),
            new DistributionEvent.DistributionDefined(
                    STABLE,
                    List.of(MIRROR),
                    true,
                    false,
                    List.of("main"),
                    List.of(new Architecture("amd64")),
                    new DistributionEvent.ReleaseFields(
                            "Example", "Example", "stable", "bookworm", "all", 7, "https://repo.example.org"),
                    true),
            new DistributionEvent.PackagesIncluded(STABLE, "main", List.of(HELLO)),
            new DistributionEvent.PackagesExcluded(STABLE, List.of(HELLO), "CVE-2026-1"),
            new DistributionEvent.DistributionPromoted(new DistributionName("testing"), STABLE, SEVEN),
            new DistributionEvent.DistributionRolledBack(STABLE, SEVEN, "broke the login"),
            new ClosureEvent.ClosureConfigured(CLOSURE.id(), LAYER),
            new UserEvent.SystemUserRegistered(UserEvent.IdKind.USER, "www-data", 33),
            new AdvisoryEvent.AdvisoryImported(
                    new AdvisoryId("DSA-5417-1"),
                    List.of(new AdvisoryId("CVE-2023-0464")),
                    "openssl - security update",
                    null,
                    List.of(new AdvisoryEvent.Affected(
                            "bookworm",
                            new PackageName("openssl"),
                            List.of(new AdvisoryEvent.VersionSpan(null, new DebianVersion("3.0.9-1"), null)),
                            List.of(new DebianVersion("3.0.9-1~bpo1")))),
                    DIGEST),
            new AuditEvent.Rehashed(
                    4711, 12, 3_456, 78, 1, List.of(new AuditEvent.Damage("objects/ab/abcd", "its content differs"))),
            new PoolEvent.RetentionChanged(30, 1),
            new PoolEvent.HoldPlaced(
                    new HoldName("case-7"),
                    new PoolEvent.HoldTarget(new PackageName("hello"), new DebianVersion("2.10-3"), null, null, null),
                    "a court asked"),
            new PoolEvent.HoldReleased(new HoldName("case-7"), "the case is closed"),
            new PoolEvent.ContentCollected(DIGEST, 1, 2, 3, 4_567, 30, 1, TIME),
            new AccessEvent.TokenIssued(
                    new TokenId("abcdefgh"), new Principal("alice"), Set.of(Role.OPERATOR), DIGEST, HOST, TIME),
            new AccessEvent.RequestsRefused(
                    new Principal("alice"),
                    "192.0.2.7",
                    "installPackages",
                    "role-missing",
                    3,
                    Instant.parse("2026-11-28T10:00:00Z"),
                    Instant.parse("2026-11-28T10:00:02Z")),
            new AccessEvent.TokenRevoked(new TokenId("abcdefgh"), "lost laptop"),
            new AccessEvent.PersonRegistered(PERSON, SealedName.of(new byte[SealedName.BYTES])),
            new AccessEvent.PersonErased(PERSON, "has left and asked for it"),
            new HostEvent.HostEnrolled(HOST, "desk-1", "MCow"),
            new HostEvent.HostRetired(HOST, "sold"),
            new HostEvent.InstallRequested(List.of(TARGET)),
            new HostEvent.RemovalRequested(List.of(ROOT)),
            new HostEvent.RollbackRequested(List.of(TARGET)),
            new HostEvent.InstallationSucceeded(SEVEN, List.of(OUTCOME), DIGEST, 120),
            new HostEvent.InstallationFailed(SEVEN, List.of(ROOT), "fetch", "disk full"),
            new HostEvent.RemovalCompleted(SEVEN, List.of(ROOT), DIGEST, true),
            new HostEvent.RollbackCompleted(SEVEN, List.of(OUTCOME), DIGEST),
            new HostEvent.IntegrityViolated(DIGEST, ROOT, "usr/bin/hello", "differs from its digest"),
            new HostEvent.IntegrityRestored(DIGEST),
            new HostEvent.LogContradicted("a note\n", "another\n", "The log has shrunk."),
            new HostEvent.DriftFound(
                    SEVEN, DIGEST, List.of(new HostEvent.Difference("hello/usr/bin/hello", "is not in the store")), 3),
            new HostEvent.DriftEnded(SEVEN),
            new HostEvent.PortPolicyChanged(
                    new PortPolicy(20_000, 29_999, List.of(new PortPolicy.Pin(ROOT, Port.tcp(80), Port.tcp(8080))))),
            new HostEvent.LeaseGranted(
                    ROOT, Port.tcp(80), Port.tcp(20_000), PortSource.SHIPPED, "tcp/80 is held by nginx"),
            new HostEvent.LeaseRefused(
                    ROOT, Port.udp(53), Port.udp(53), PortSource.ASKED, new RootName("bind9"), "the range is used up"),
            new HostEvent.LeaseReleased(ROOT, Port.tcp(80), Port.tcp(20_000), "the root was removed"),
            new HostEvent.DeviceAttached(new DeviceId("optical-0a1b2c3d"), DeviceKind.OPTICAL, "QEMU DVD-ROM", "sr0"),
            new HostEvent.DeviceDetached(new DeviceId("optical-0a1b2c3d")),
            new HostEvent.DeviceGranted(ROOT, new DeviceId("optical-0a1b2c3d"), DeviceKind.OPTICAL),
            new HostEvent.DeviceRefused(
                    ROOT, new DeviceId("optical-0a1b2c3d"), new RootName("brasero"), "brasero holds it"),
            new HostEvent.DeviceReleased(ROOT, new DeviceId("optical-0a1b2c3d"), "it was asked to"),
            new HostEvent.GuestStarted(ROOT, new GuestId("hello-4711"), 512),
            new HostEvent.GuestStopped(ROOT, new GuestId("hello-4711"), "its program ended with status 0"),
            new HostEvent.ServicesIsolated(ROOT, Isolation.GUEST),
            new HostEvent.ServiceEnabled(ROOT, new ServiceName("apache2")),
            new HostEvent.ServiceDisabled(ROOT, new ServiceName("apache2"), "asked for"),
            new HostEvent.ServiceStarted(ROOT, new ServiceName("apache2"), 2),
            new HostEvent.ServiceExited(
                    ROOT, new ServiceName("apache2"), ServiceResult.EXIT_CODE, "ended with status 1", true));

    private final EventCodec codec = new EventCodec();

    @Test
    void everyEventTypeHasASample() {
        Map<String, Event> samples =
                SAMPLES.stream().collect(Collectors.toMap(e -> e.getClass().getSimpleName(), e -> e));
        assertThat(samples.keySet()).isEqualTo(EventType.all().keySet());
    }

    @Test
    void everyEventIsWrittenAsItsGoldenFileAndReadBack() throws IOException {
        for (Event event : SAMPLES) {
            EventCodec.Encoded encoded = codec.encode(event);
            String golden = golden(encoded.type() + "." + encoded.schema() + ".json");
            assertThat(encoded.payload()).as(encoded.type()).isEqualTo(golden);
            assertThat(codec.decode(encoded.type(), encoded.schema(), golden)).isEqualTo(event);
        }
    }

    @Test
    void whatWasWrittenBeforeThereWasAChoiceIsWithoutRecommends() throws IOException {
        assertThat(codec.decode("InstallRequested", 1, golden("InstallRequested.1.json")))
                .isEqualTo(new HostEvent.InstallRequested(List.of(TARGET)));
        assertThat(codec.decode("RollbackRequested", 1, golden("RollbackRequested.1.json")))
                .isEqualTo(new HostEvent.RollbackRequested(List.of(TARGET)));
    }

    @Test
    void aMirrorOfBeforeThereWerePoliciesFetchesClosures() throws IOException {
        assertThat(codec.decode("MirrorDefined", 1, golden("MirrorDefined.1.json")))
                .isEqualTo(new MirrorEvent.MirrorDefined(
                        MIRROR,
                        "http://archive.example.org/debian",
                        "bookworm",
                        List.of("main"),
                        List.of("amd64"),
                        "KEY"));
    }

    @Test
    void damageOfBeforeItWasSaidWhatWasFoundIsWithoutWords() throws IOException {
        assertThat(codec.decode("IntegrityViolated", 1, golden("IntegrityViolated.1.json")))
                .isEqualTo(new HostEvent.IntegrityViolated(DIGEST, ROOT, "usr/bin/hello", ""));
        assertThat(codec.decode("IntegrityViolated", 1, golden("IntegrityViolated.2.json")))
                .as("reports name no schema")
                .isEqualTo(new HostEvent.IntegrityViolated(DIGEST, ROOT, "usr/bin/hello", "differs from its digest"));
    }

    @Test
    void anOldPayloadIsUpcastOneSchemaAtATime() {
        Upcasters upcasters = new Upcasters(Map.of(
                new Upcasters.Key("HostRetired", 0),
                payload -> payload.put("reason", payload.remove("why").asText())));
        Event event = new EventCodec(upcasters)
                .decode("HostRetired", 0, "{\"host\":\"h-0123456789abcdef\",\"why\":\"sold\"}");
        assertThat(event).isEqualTo(new HostEvent.HostRetired(HOST, "sold"));
    }

    @Test
    void aNewerPayloadAnUnknownTypeAndBrokenJsonAreRefusedWithTheReason() {
        assertThatThrownBy(() -> codec.decode("HostRetired", 9, "{}")).hasMessageContaining("upgrade");
        assertThatThrownBy(() -> codec.decode("MoonLanded", 1, "{}")).hasMessageContaining("MoonLanded");
        assertThatThrownBy(() -> codec.decode("HostRetired", 1, "{\"host\":"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> codec.decode("HostRetired", 1, "{\"host\":\"nonsense\",\"reason\":\"\"}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLineCarriesThePayloadByteForByte() {
        String payload = "{ \"a\" : \"ü\\u0001 }\" ,\"b\":[1,2.50]}";
        RecordedEvent event = new RecordedEvent(
                SEVEN, StreamId.of(HOST), 3, "X", 1, TIME, new Principal("alice"), new CorrelationId("c-1"), payload);
        byte[] line = EventLine.write(event).getBytes(StandardCharsets.UTF_8);
        assertThat(EventLine.parse(line)).isEqualTo(event);
        for (int cut = 0; cut < line.length; cut++) {
            byte[] shorter = java.util.Arrays.copyOf(line, cut);
            assertThatThrownBy(() -> EventLine.parse(shorter)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = GoldenEventsTest.class.getResourceAsStream("/golden/" + name)) {
            byte[] bytes = Objects.requireNonNull(in, "no golden file " + name).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }
}
