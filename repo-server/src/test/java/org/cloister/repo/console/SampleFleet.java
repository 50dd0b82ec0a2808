package org.cloister.repo.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.DistributionName;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.NullMarked;

/** A fleet with two weeks behind it: hosts in every state, and names from people who wish a console ill. */
@NullMarked
final class SampleFleet {
    /** Would set {@code window.pwned}, were it ever markup. */
    static final String HOSTILE =
            "\"'><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>{{7*7}}${7*7}";

    /** From its first event to its last, and a bit. */
    static final Duration LENGTH = Duration.ofDays(13).plusHours(14);

    static final HostId WEB = new HostId("h-0000000000000001");
    static final HostId EVIL = new HostId("h-0000000000000009");

    private SampleFleet() {}

    static void write(SampleLog log) throws Exception {
        packages(log);
        mirrors(log);
        web(log);
        others(log);
        distributions(log);
        evil(log);
        recent(log);
    }

    /** The same without those people, for pictures. */
    static void writeFriendly(SampleLog log) throws Exception {
        packages(log);
        web(log);
        others(log);
        recent(log);
    }

    private static void packages(SampleLog log) throws Exception {
        log.publish("libssl3", "3.0.15-1", "Secure Sockets Layer toolkit - shared libraries");
        log.publish(
                "nginx",
                "1.22.1-9",
                "small, powerful, scalable web/proxy server\n Nginx (\"engine X\") is a web and reverse"
                        + " proxy server created by Igor Sysoev.\n .\n This package is for the whole server.");
        log.publish("hello", "2.10-3", "example package based on GNU hello");
        log.publish("jq", "1.6-2.1", "lightweight and flexible command-line JSON processor");
        log.publish("g++", "12.2.0-3", "GNU C++ compiler");
        for (int i = 1; i <= 120; i++) {
            log.publish(String.format("lib-sample%03d", i), "1." + i, "sample library number " + i);
        }
        log.publish("evil", "1.0", HOSTILE + "\n " + HOSTILE + "\n .\n javascript:alert(1)");
    }

    private static void mirrors(SampleLog log) throws Exception {
        MirrorName debian = new MirrorName("debian");
        log.record(
                StreamId.of(debian),
                "ops",
                new MirrorDefined(
                        debian,
                        "http://archive.example.org/debian",
                        "bookworm",
                        List.of("main"),
                        List.of("amd64"),
                        "KEYS"));
        log.later(Duration.ofMinutes(1))
                .record(
                        StreamId.of(debian),
                        "ops",
                        new MirrorSynchronized(
                                debian,
                                Digest.ofText("InRelease"),
                                Instant.parse("2026-10-20T08:00:00Z"),
                                List.of("nginx"),
                                List.of(PackageId.of("nginx", "1.22.1-9", "amd64"))));
        MirrorName other = new MirrorName("partner");
        log.record(
                StreamId.of(other),
                "ops",
                new MirrorDefined(
                        other,
                        "http://partner.example.org/" + HOSTILE,
                        "stable",
                        List.of("main"),
                        List.of("amd64"),
                        "KEYS"));
        log.record(
                StreamId.of(other),
                "ops",
                new MirrorSyncFailed(other, List.of(), "the signature doesn't verify: " + HOSTILE));
    }

    private static void distributions(SampleLog log) throws Exception {
        DistributionName testing = new DistributionName("testing");
        DistributionName stable = new DistributionName("stable");
        define(log, testing);
        define(log, stable);
        log.record(
                stream(testing),
                "ci",
                new PackagesIncluded(
                        testing,
                        "main",
                        List.of(PackageId.of("hello", "2.10-3", "amd64"), PackageId.of("jq", "1.6-2.1", "amd64"))));
        Position asOf = log.later(Duration.ofHours(1))
                .record(
                        stream(testing),
                        "ci",
                        new PackagesIncluded(testing, "main", List.of(PackageId.of("nginx", "1.24.0-1", "amd64"))));
        log.record(
                stream(stable),
                "ops",
                new PackagesIncluded(
                        stable,
                        "main",
                        List.of(
                                PackageId.of("hello", "2.10-3", "amd64"),
                                PackageId.of("libssl3", "3.0.15-1", "amd64"))));
        log.later(Duration.ofHours(1)).record(stream(stable), "ops", new DistributionPromoted(testing, stable, asOf));
    }

    private static void define(SampleLog log, DistributionName name) throws Exception {
        ReleaseFields release =
                new ReleaseFields("Example", HOSTILE, name.text(), name.text(), "packages of our own", null, null);
        log.record(
                stream(name),
                "ops",
                new DistributionDefined(
                        name,
                        List.of(),
                        false,
                        false,
                        List.of("main"),
                        List.of(new Architecture("amd64")),
                        release,
                        true));
    }

    private static StreamId stream(DistributionName name) {
        return new StreamId(StreamId.Kind.DISTRIBUTION, name.text());
    }

    private static void web(SampleLog log) throws Exception {
        HostId host = log.enrol(1, "web-1");
        RootTarget old = log.target("nginx", "nginx", "1.22.1-9", "libssl3 3.0.15-1");
        log.later(Duration.ofDays(2)).install(host, "alice", old);
        log.install(host, "alice", log.target("hello", "hello", "2.10-3"));
        RootName nginx = new RootName("nginx");
        log.later(Duration.ofSeconds(3))
                .report(
                        host,
                        new LeaseGranted(
                                nginx,
                                Port.tcp(80),
                                Port.tcp(80),
                                PortSource.SHIPPED,
                                "the port it asked for was free"));
        log.report(
                host,
                new LeaseGranted(nginx, Port.tcp(443), Port.tcp(8443), PortSource.SHIPPED, "443 is held by the host"));
        log.report(
                host,
                new LeaseRefused(
                        new RootName("hello"), Port.tcp(80), Port.tcp(80), PortSource.ASKED, nginx, "nginx holds it"));
        log.report(host, new ServiceEnabled(nginx, new ServiceName("nginx")));
        log.report(host, new ServiceStarted(nginx, new ServiceName("nginx"), 0));
        log.later(Duration.ofDays(5))
                .report(
                        host,
                        new ServiceExited(
                                nginx, new ServiceName("nginx"), ServiceResult.SIGNAL, "killed by signal 11", true));
        log.report(host, new ServiceStarted(nginx, new ServiceName("nginx"), 1));
        log.publish("nginx", "1.24.0-1", "small, powerful, scalable web/proxy server");
        log.later(Duration.ofDays(3))
                .install(host, "bob", log.target("nginx", "nginx", "1.24.0-1", "libssl3 3.0.15-1"));
        log.record(
                StreamId.ofPackage("nginx"),
                "ci",
                new PackageYanked(PackageId.of("nginx", "1.22.1-9", "amd64"), "CVE-2026-0001"));
        DeviceId drive = new DeviceId("drive-1");
        log.report(host, new DeviceAttached(drive, DeviceKind.values()[0], "PLDS DVD-RW", "sr0"));
        log.report(host, new DeviceGranted(new RootName("hello"), drive, DeviceKind.values()[0]));
        log.report(host, new GuestStarted(new RootName("hello"), new GuestId("hello-1"), 256));
    }

    private static void others(SampleLog log) throws Exception {
        RootTarget jq = log.target("jq", "jq", "1.6-2.1");
        for (int i = 2; i <= 6; i++) {
            HostId host = log.later(Duration.ofHours(7)).enrol(i, "desk-" + (i - 1));
            log.later(Duration.ofMinutes(9)).install(host, i % 2 == 0 ? "alice" : "bob", jq);
        }
        HostId failing = log.enrol(7, "build-1");
        log.install(failing, "alice", jq);
        Position asked = log.later(Duration.ofDays(1)).ask(failing, "alice", log.target("gcc", "g++", "12.2.0-3"));
        log.later(Duration.ofSeconds(4))
                .fail(
                        failing,
                        asked,
                        "gcc",
                        "fetch",
                        "the disk is full: 12 MB are needed and 3 MB are free. Free some, then ask again.");
        HostId retired = log.enrol(8, "old-1");
        log.record(StreamId.of(retired), "ops", new HostRetired(retired, "replaced by web-1"));
    }

    private static void evil(SampleLog log) throws Exception {
        HostId host = log.enrol(9, HOSTILE);
        RootTarget evil = log.target("evil", "evil", "1.0");
        log.install(host, "mallory", evil);
        RootName root = new RootName("evil");
        Position asked = log.ask(host, "mallory", log.target("hello", "hello", "2.10-3"));
        log.fail(host, asked, "hello", "link", HOSTILE);
        DeviceId stick = new DeviceId("stick-1");
        log.report(host, new DeviceAttached(stick, DeviceKind.values()[1], HOSTILE, HOSTILE));
        log.report(host, new LeaseGranted(root, Port.tcp(80), Port.tcp(81), PortSource.LEARNED, HOSTILE));
        log.report(host, new ServiceExited(root, new ServiceName("evil"), ServiceResult.EXIT_CODE, HOSTILE, false));
        log.report(host, new IntegrityViolated(Digest.ofText("object"), root, "/usr/bin/" + HOSTILE, HOSTILE));
        log.record(
                StreamId.ofPackage("evil"),
                "mallory",
                new PackageYanked(PackageId.of("evil", "1.0", "amd64"), HOSTILE));
    }

    private static void recent(SampleLog log) throws Exception {
        log.later(Duration.ofDays(1))
                .ask(new HostId("h-0000000000000003"), "bob", log.target("hello", "hello", "2.10-3"));
        log.record(
                StreamId.of(new HostId("h-0000000000000004")),
                "alice",
                new RemovalRequested(List.of(new RootName("jq"))));
        log.enrol(10, "new-1");
    }
}
