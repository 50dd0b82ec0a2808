package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.GENERATION;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.root;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.Position;
import org.cloister.events.ScreenSize;
import org.junit.jupiter.api.Test;

class DeviceBrokerTest {
    private static final DeviceId DRIVE = new DeviceId("optical-1");
    private static final DeviceId CARD = new DeviceId("sound-1");
    private static final DeviceAttached DRIVE_ATTACHED =
            new DeviceAttached(DRIVE, DeviceKind.OPTICAL, "DVD-ROM", "sr0");
    private static final DeviceAttached CARD_ATTACHED = new DeviceAttached(CARD, DeviceKind.SOUND, "HDA", "snd/card0");
    private static final InstallRequested INSTALLED =
            new InstallRequested(List.of(target("brasero", "3.12"), target("vlc", "3.0"), target("xine", "1.0")));

    private final List<HostEvent> history = new ArrayList<>(List.of(INSTALLED));
    private HostState state = host(INSTALLED);

    private List<HostEvent> take(Decision<HostEvent> decision) {
        if (!(decision instanceof Decision.Accepted<HostEvent>)) {
            unchanged(decision);
            return List.of();
        }
        List<HostEvent> events = accepted(decision);
        for (HostEvent event : events) {
            state = state.evolve(at(2 + history.size()), event);
            history.add(event);
        }
        return events;
    }

    private List<HostEvent> report(HostEvent event) {
        return take(new ReportDecider(state, HOST).decide(event));
    }

    private List<HostEvent> grant(String root, DeviceId device) {
        return take(HostDecider.grantDevice(state, HOST, root(root), device));
    }

    private List<HostEvent> release(String root, DeviceId device) {
        return take(HostDecider.releaseDevice(state, HOST, root(root), device));
    }

    @Test
    void anExclusiveDeviceHasOneHolderAndTheRefusalNamesIt() {
        report(DRIVE_ATTACHED);
        assertThat(grant("brasero", DRIVE))
                .containsExactly(new DeviceGranted(root("brasero"), DRIVE, DeviceKind.OPTICAL));
        assertThat(grant("vlc", DRIVE))
                .containsExactly(new DeviceRefused(
                        root("vlc"),
                        DRIVE,
                        root("brasero"),
                        "one root at a time may have an optical drive, and brasero has it"));
        release("brasero", DRIVE);
        assertThat(grant("vlc", DRIVE)).hasOnlyElementsOfType(DeviceGranted.class);
    }

    @Test
    void aSharedDeviceHasSeveralHolders() {
        report(CARD_ATTACHED);
        grant("vlc", CARD);
        assertThat(grant("xine", CARD)).hasOnlyElementsOfType(DeviceGranted.class);
        assertThat(state.devices().of(CARD)).hasSize(2);
    }

    @Test
    void whatIsGrantedAlreadyAndWhatIsNotHeldIsNoNews() {
        report(DRIVE_ATTACHED);
        assertThat(report(DRIVE_ATTACHED)).isEmpty();
        grant("vlc", DRIVE);
        assertThat(grant("vlc", DRIVE)).isEmpty();
        assertThat(release("xine", DRIVE)).isEmpty();
        assertThat(report(new DeviceDetached(CARD))).isEmpty();
    }

    @Test
    void aGrantOutlivesThatItsDeviceIsDetached() {
        report(DRIVE_ATTACHED);
        grant("vlc", DRIVE);
        report(new DeviceDetached(DRIVE));
        assertThat(grant("brasero", DRIVE)).hasOnlyElementsOfType(DeviceRefused.class);
        report(new DeviceAttached(DRIVE, DeviceKind.OPTICAL, "DVD-ROM", "sr1"));
        assertThat(state.devices().of(DRIVE)).containsOnlyKeys(root("vlc"));
        report(new DeviceDetached(DRIVE));
        release("vlc", DRIVE);
        assertThat(state.devices()).isEqualTo(Devices.NONE);
    }

    @Test
    void aRemovedRootsGrantsEnd() {
        report(DRIVE_ATTACHED);
        grant("vlc", DRIVE);
        RemovalRequested removal = new RemovalRequested(List.of(root("vlc")));
        Position asked = new Position(2 + history.size());
        take(Decision.accept(removal));
        assertThat(report(new RemovalCompleted(asked, List.of(root("vlc")), GENERATION, false)))
                .endsWith(new DeviceReleased(root("vlc"), DRIVE, "the root was removed"));
        assertThat(state.devices().grants()).isEmpty();
    }

    @Test
    void aDeviceThatIsNotThereAndARootThatIsNotInstalledAreRefused() {
        assertThat(refused(HostDecider.grantDevice(state, HOST, root("vlc"), DRIVE)))
                .isEqualTo(Rule.DEVICE_UNKNOWN);
        report(DRIVE_ATTACHED);
        assertThat(refused(HostDecider.grantDevice(state, HOST, root("emacs"), DRIVE)))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
    }

    @Test
    void whatADesktopHasIsGrantedWithoutThatAnyoneAttachedIt() {
        assertThat(grant("vlc", DesktopDevices.DISPLAY))
                .containsExactly(new DeviceGranted(root("vlc"), DesktopDevices.DISPLAY, DeviceKind.DISPLAY));
        assertThat(grant("xine", DesktopDevices.DISPLAY)).hasOnlyElementsOfType(DeviceGranted.class);
        assertThat(grant("vlc", DesktopDevices.SOUND))
                .containsExactly(new DeviceGranted(root("vlc"), DesktopDevices.SOUND, DeviceKind.SOUND_SERVER));
        assertThat(grant("vlc", DesktopDevices.SOUND)).isEmpty();
        assertThat(refused(HostDecider.grantDevice(state, HOST, root("vlc"), new DeviceId("screen-0x0"))))
                .isEqualTo(Rule.DEVICE_UNKNOWN);
        release("vlc", DesktopDevices.DISPLAY);
        release("xine", DesktopDevices.DISPLAY);
        release("vlc", DesktopDevices.SOUND);
        assertThat(state.devices()).isEqualTo(Devices.NONE);
    }

    @Test
    void aRootHasOneDisplayAtATime() {
        DeviceId small = DesktopDevices.screen(ScreenSize.parse("640x480"));
        grant("vlc", DesktopDevices.SOUND);
        grant("vlc", DesktopDevices.DISPLAY);
        assertThat(grant("vlc", small))
                .containsExactly(
                        new DeviceReleased(root("vlc"), DesktopDevices.DISPLAY, "screen-640x480 takes its place"),
                        new DeviceGranted(root("vlc"), small, DeviceKind.SCREEN));
        grant("vlc", DesktopDevices.screen(ScreenSize.USUAL));
        assertThat(state.devices().of(root("vlc")))
                .containsExactlyInAnyOrder(DesktopDevices.SOUND, DesktopDevices.screen(ScreenSize.USUAL));
    }

    @Test
    void anAgentCanNotGrant() {
        report(DRIVE_ATTACHED);
        assertThat(refused(new ReportDecider(state, HOST)
                        .decide(new DeviceGranted(root("vlc"), DRIVE, DeviceKind.OPTICAL))))
                .isEqualTo(Rule.NOT_A_REPORT);
    }

    @Test
    void moreDevicesThanAMachineHasAreRefused() {
        for (int i = 0; i < DeviceBroker.MAX_DEVICES; i++) {
            report(new DeviceAttached(new DeviceId("input-" + i), DeviceKind.INPUT, "", "input/event" + i));
        }
        assertThat(refused(new ReportDecider(state, HOST).decide(DRIVE_ATTACHED)))
                .isEqualTo(Rule.TOO_LARGE);
    }

    @Test
    void afterAnyHistoryAnExclusiveDeviceHasAtMostOneHolderAndReplayGivesTheSameGrants() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] roots = {"brasero", "vlc", "xine"};
        DeviceAttached[] devices = {DRIVE_ATTACHED, CARD_ATTACHED};
        for (int i = 0; i < 500; i++) {
            DeviceAttached device = devices[random.nextInt(devices.length)];
            String root = roots[random.nextInt(roots.length)];
            switch (random.nextInt(4)) {
                case 0 -> report(device);
                case 1 -> report(new DeviceDetached(device.device()));
                case 2 -> release(root, device.device());
                default -> {
                    if (state.devices().known().containsKey(device.device())) {
                        grant(root, device.device());
                    }
                }
            }
            assertThat(state.devices().of(DRIVE).size()).as("seed %d", seed).isLessThan(2);
        }
        assertThat(host(history.toArray(HostEvent[]::new)).devices())
                .as("seed %d", seed)
                .isEqualTo(state.devices());
    }
}
