package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.agent.GuestHost.LIMIT;
import static org.cloister.agent.GuestHost.NOTHING;
import static org.cloister.agent.GuestHost.inGuest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.cloister.agent.GuestHost.Ended;
import org.cloister.agent.fake.FakeSite;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A guest that was booted ahead, for who asks for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WarmGuestsIT {
    @TempDir
    static Path temp;

    private FakeSite site;
    private GuestHost host;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        GuestHost.assumePossible("WarmGuestsIT");
        site = new FakeSite(temp);
        host = new GuestHost(temp, site, 512);
    }

    @AfterEach
    void endPrograms() {
        host.endPrograms();
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (host != null) {
            host.close();
            site.close();
        }
    }

    @Test
    void aGuestWaitsForWhoAskedTwiceAndForNobodyElse() throws Exception {
        for (int asked = 0; asked < 2; asked++) {
            assertThat(host.guest(NOTHING, "pwd").status()).isZero();
        }
        String waiting = awaitWaiting("");
        assertThat(warm("sh", "-c", "cat; echo to err >&2; pwd; exit 7"))
                .isEqualTo(new Ended(7, "input\n/\n", "to err\n"));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> site.events().stream()
                        .anyMatch(event -> event instanceof GuestStarted started
                                && started.guest().text().equals(waiting)));

        // When the root's grants change, nobody is given it.
        String next = awaitWaiting(waiting);
        site.append(new DeviceGranted(new RootName("tools"), new DeviceId("usb-1-2"), DeviceKind.OPTICAL));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> !host.cloister(NOTHING, "guest", "list").out().contains(next));
        assertThat(host.guest(NOTHING, "pwd").status()).isZero();
        assertThat(host.guest(NOTHING, "pwd").status()).isZero();

        // Nothing is left of one whose keeper is killed, and nobody is told of it.
        String last = awaitWaiting(next);
        long keeper = Long.parseLong(last.substring(last.indexOf('-') + 1));
        List<ProcessHandle> below =
                ProcessHandle.of(keeper).orElseThrow().descendants().toList();
        assertThat(below).isNotEmpty();
        ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(LIMIT).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
        Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(temp.resolve("one/guests/" + last)));
        assertThat(site.events().stream()
                        .filter(event -> event instanceof GuestStopped stopped
                                && (stopped.guest().text().equals(last)
                                        || stopped.guest().text().equals(next))))
                .isEmpty();
    }

    private Ended warm(String... words) throws Exception {
        Path input = Files.writeString(temp.resolve("warm-input"), "input\n");
        ProcessBuilder builder = host.command(inGuest(words));
        builder.directory(Path.of("/").toFile());
        return host.ended(builder, input);
    }

    /** The guest that waits, and isn't the one that did. */
    private String awaitWaiting(String before) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> host.cloister(NOTHING, "guest", "list")
                                .out()
                                .lines()
                                .filter(line -> line.contains("waiting"))
                                .map(line -> line.split(" ")[0])
                                .filter(guest -> !guest.equals(before))
                                .findFirst()
                                .orElse(""),
                        guest -> !guest.isEmpty());
    }
}
