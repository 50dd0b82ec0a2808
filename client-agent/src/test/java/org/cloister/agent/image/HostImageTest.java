package org.cloister.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Isolation;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.Generation;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class HostImageTest {
    private static final Digest ANY = Digest.ofText("any");
    private static final RootTarget JQ = Histories.target("jq", 1);
    private static final RootTarget NEWER = Histories.target("jq", 2);

    @Test
    void whatIsEnabledIsKnownUntilItIsDisabledAndKeptAsText() {
        RootName root = new RootName("web");
        ServiceName nginx = new ServiceName("nginx");
        HostImage enabled = HostImage.EMPTY
                .evolve(new Position(1), new HostEvent.ServiceEnabled(root, nginx))
                .image();
        assertThat(enabled.isEnabled(root, nginx)).isTrue();
        assertThat(ImageText.read(ImageText.write(enabled))).isEqualTo(enabled);
        HostImage disabled = enabled.evolve(new Position(2), new HostEvent.ServiceDisabled(root, nginx, "asked for"))
                .image();
        assertThat(disabled).isEqualTo(HostImage.EMPTY);
    }

    @Test
    void theIsolationOfServicesIsTheLastOneAndKeptAsText() {
        RootName root = new RootName("web");
        HostImage inGuest = HostImage.EMPTY
                .evolve(new Position(1), new HostEvent.ServicesIsolated(root, Isolation.GUEST))
                .image();
        assertThat(inGuest.inGuests()).containsExactly(root);
        assertThat(ImageText.read(ImageText.write(inGuest))).isEqualTo(inGuest);
        assertThat(inGuest.evolve(new Position(2), new HostEvent.ServicesIsolated(root, Isolation.CHROOT))
                        .image())
                .isEqualTo(HostImage.EMPTY);
    }

    @Test
    void aRequestChangesNothingUntilItsOutcomeIsKnown() {
        HostDelta delta = HostImage.EMPTY.evolve(at(1), new InstallRequested(List.of(JQ)));
        assertThat(delta.opened()).isEqualTo(new PendingRequest.Install(at(1), List.of(JQ)));
        assertThat(delta.image().roots()).isEmpty();
        assertThat(delta.image().next()).isEqualTo(delta.opened());
    }

    @Test
    void aSuccessLinksTheClosureBetweenTheBaseAndTheConfiguredLayer() {
        HostImage image = installed(JQ, 1);
        Generation.Root root = image.generation(at(2)).roots().get(0);
        assertThat(root.layers())
                .containsExactly(
                        BaseLayer.manifest().id(),
                        JQ.closure().packages().get(0).layer(),
                        Histories.outcome(JQ).configured());
        assertThat(image.pending()).isEmpty();
    }

    @Test
    void theDeltaNamesWhatIsLinkedAndWhatIsNotAnyMore() {
        HostImage image =
                HostImage.EMPTY.evolve(at(1), new InstallRequested(List.of(JQ))).image();
        HostDelta linked =
                image.evolve(at(2), new InstallationSucceeded(at(1), List.of(Histories.outcome(JQ)), ANY, 5));
        assertThat(linked.roots()).containsKey(JQ.root());
        HostImage asked = linked.image()
                .evolve(at(3), new RemovalRequested(List.of(JQ.root())))
                .image();
        HostDelta gone = asked.evolve(at(4), new RemovalCompleted(at(3), List.of(JQ.root()), ANY, true));
        assertThat(gone.roots()).containsEntry(JQ.root(), Optional.empty());
        assertThat(gone.image().roots()).isEmpty();
    }

    @Test
    void aFailureLeavesWhatWasThere() {
        HostImage image = installed(JQ, 1)
                .evolve(at(3), new InstallRequested(List.of(NEWER)))
                .image();
        HostImage failed = image.evolve(at(4), new InstallationFailed(at(3), List.of(), "fetch", "gone"))
                .image();
        assertThat(failed.roots().get(new RootName("jq")))
                .extracting(LinkedRoot::target)
                .isEqualTo(JQ);
        assertThat(failed.pending()).isEmpty();
    }

    @Test
    void anOutcomeThatIsHeardAgainIsNothingNew() {
        HostImage image = installed(JQ, 1);
        HostImage newer =
                image.evolve(at(3), new InstallRequested(List.of(NEWER))).image();
        HostImage done = newer.evolve(
                        at(4), new InstallationSucceeded(at(3), List.of(Histories.outcome(NEWER)), ANY, 1))
                .image();
        HostImage again = done.evolve(at(5), new InstallationSucceeded(at(1), List.of(Histories.outcome(JQ)), ANY, 1))
                .image();
        assertThat(again).isEqualTo(done);
    }

    @Test
    void aLateOutcomeOfAnEarlierRequestChangesNothingThatALaterOneSettled() {
        HostImage both = HostImage.EMPTY
                .evolve(at(1), new InstallRequested(List.of(JQ)))
                .image()
                .evolve(at(2), new InstallRequested(List.of(NEWER)))
                .image();
        HostImage later = both.evolve(
                        at(3), new InstallationSucceeded(at(2), List.of(Histories.outcome(NEWER)), ANY, 1))
                .image();
        HostImage late = later.evolve(at(4), new InstallationSucceeded(at(1), List.of(Histories.outcome(JQ)), ANY, 1))
                .image();
        assertThat(late.roots()).isEqualTo(later.roots());
        assertThat(late.pending()).isEmpty();
        HostImage removed = late.evolve(at(5), new RemovalRequested(List.of(JQ.root())))
                .image()
                .evolve(at(6), new RemovalCompleted(at(5), List.of(JQ.root()), ANY, true))
                .image();
        assertThat(ImageText.read(ImageText.write(removed))).isEqualTo(removed);
    }

    @Test
    void anImageThatTheFirstVersionWroteIsRead() {
        assertThat(ImageText.read("{\"version\":1,\"roots\":[],\"pending\":[],\"retired\":true}")
                        .retired())
                .isTrue();
    }

    @Test
    void anImageFromBeforeRecommendsCouldBeChosenIsRead() {
        HostImage image = installed(JQ, 1)
                .evolve(at(3), new InstallRequested(List.of(JQ)))
                .image();
        String old = ImageText.write(image)
                .replace(",\"recommends\":false", "")
                .replace(",\"claims\":[]", "")
                .replace(",\"services\":{}", "")
                .replace(",\"attached\":[],\"grants\":{}", "")
                .replace(",\"inGuests\":[]", "")
                .replace("\"version\":6", "\"version\":2");
        assertThat(old).doesNotContain("recommends").contains("\"version\":2");
        assertThat(ImageText.read(old)).isEqualTo(image);
    }

    @Test
    void whatARootBindsIsLeasedOrWaitsAndOutlivesTheAgent() {
        Port http = Port.tcp(80);
        HostImage image = installed(JQ, 1)
                .evolve(at(3), new LeaseRefused(JQ.root(), http, http, PortSource.SHIPPED, null, "taken"))
                .image();
        assertThat(image.claims(JQ.root()))
                .containsOnly(Map.entry(http, new PortClaim(JQ.root(), http, null, PortSource.SHIPPED)));
        image = image.evolve(at(4), new LeaseGranted(JQ.root(), http, Port.tcp(8080), PortSource.SHIPPED, "free"))
                .image();
        assertThat(image.claims(JQ.root()))
                .containsOnly(Map.entry(http, new PortClaim(JQ.root(), http, Port.tcp(8080), PortSource.SHIPPED)));
        assertThat(ImageText.read(ImageText.write(image))).isEqualTo(image);
        assertThat(image.evolve(at(5), new LeaseReleased(JQ.root(), http, Port.tcp(8080), "removed"))
                        .image()
                        .claims())
                .isEmpty();
    }

    @Test
    void aRetiredHostKeepsItsRoots() {
        HostImage image = installed(JQ, 1)
                .evolve(at(3), new HostRetired(new HostId("h-0123456789abcdef"), "sold"))
                .image();
        assertThat(image.retired()).isTrue();
        assertThat(image.roots()).hasSize(1);
    }

    @RepeatedTest(30)
    void replayFromTheFirstEventAndAnyInterruptedOneEndTheSame(RepetitionInfo repetition) {
        long seed = 4711 + repetition.getCurrentRepetition();
        List<HostEvent> events = new Histories(seed).events(200);
        HostImage whole = Histories.replay(HostImage.EMPTY, events, 0, events.size());
        Random random = new Random(seed);
        HostImage image = HostImage.EMPTY;
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + 1 + random.nextInt(40));
            image = Histories.replay(image, events, from, to);
            image = ImageText.read(ImageText.write(image));
            from = to;
        }
        assertThat(image).as("seed %d", seed).isEqualTo(whole);
        assertThat(image.generation(at(1)).digest())
                .as("seed %d", seed)
                .isEqualTo(whole.generation(at(9)).digest());
    }

    @Test
    void anImageOfAnotherVersionIsRefused() {
        assertThatThrownBy(() -> ImageText.read("{\"version\":99,\"roots\":[],\"pending\":[],\"retired\":false}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImageText.read("{\"version\":1")).isInstanceOf(IllegalArgumentException.class);
    }

    private static HostImage installed(RootTarget target, long position) {
        return HostImage.EMPTY
                .evolve(at(position), new InstallRequested(List.of(target)))
                .image()
                .evolve(
                        at(position + 1),
                        new InstallationSucceeded(at(position), List.of(Histories.outcome(target)), ANY, 5))
                .image();
    }

    private static Position at(long value) {
        return new Position(value);
    }
}
