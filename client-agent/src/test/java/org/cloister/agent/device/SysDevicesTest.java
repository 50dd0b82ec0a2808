package org.cloister.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysDevicesTest {
    private static final String USB = "pci0000:00/0000:00:14.0/usb1/1-2";

    @TempDir
    Path directory;

    @BeforeEach
    void nothingIsMounted() throws IOException {
        mounted("");
    }

    private FakeSys sys(String name) throws IOException {
        return new FakeSys(directory.resolve(name));
    }

    private List<HostDevice> read(FakeSys sys) {
        return devices(sys).read(Map.of());
    }

    private SysDevices devices(FakeSys sys) {
        return new SysDevices(
                sys.top, directory.resolve("dev"), directory.resolve("mountinfo"), directory.resolve("media"));
    }

    private static List<String> nodes(HostDevice device) {
        return device.nodes().stream().map(DeviceNode::path).toList();
    }

    @Test
    void aDriveHasItsGenericNodeTooAndSaysWhatItIs() throws IOException {
        HostDevice drive = read(sys("a").drive("sr0", 1)).get(0);
        assertThat(drive.kind()).isEqualTo(DeviceKind.OPTICAL);
        assertThat(drive.label()).isEqualTo("QEMU QEMU DVD-ROM");
        assertThat(drive.nodes())
                .containsExactly(
                        new DeviceNode(true, "sr0", 11, 0, 0660, 0, 0),
                        new DeviceNode(false, "sg0", 21, 0, 0660, 0, 0));
    }

    @Test
    void aDeviceIsTheSameWhateverTheKernelCallsIt() throws IOException {
        DeviceId first = read(sys("a").drive("sr0", 1)).get(0).id();
        assertThat(read(sys("b").drive("sr3", 7)).get(0).id()).isEqualTo(first);
    }

    @Test
    void aUsbDeviceWithASerialNumberIsTheSameInAnyPlug() throws IOException {
        DeviceId here = serial("a", "pci0000:00/0000:00:14.0/usb1/1-2", "1-2:1.0", "ttyUSB0", "A50285BI");
        assertThat(serial("b", "pci0000:00/0000:00:14.0/usb2/2-1/2-1.4", "1-2:1.0", "ttyUSB4", "A50285BI"))
                .isEqualTo(here);
        assertThat(serial("c", "pci0000:00/0000:00:14.0/usb1/1-2", "1-2:1.0", "ttyUSB0", "other"))
                .isNotEqualTo(here);
        assertThat(serial("d", "pci0000:00/0000:00:14.0/usb1/1-2", "1-2:1.0", "ttyUSB0", ""))
                .as("without one, the plug counts")
                .isNotEqualTo(serial("e", "pci0000:00/0000:00:14.0/usb1/1-3", "1-3:1.0", "ttyUSB0", ""));
    }

    private DeviceId serial(String name, String usb, String face, String node, String serial) throws IOException {
        FakeSys sys = sys(name)
                .device("tty", usb + "/" + face + "/" + node + "/tty/" + node, "188:0")
                .attribute(usb + "/idVendor", "0403\n")
                .attribute(usb + "/idProduct", "6001\n")
                .attribute(usb + "/product", "FT232R USB UART\n");
        if (!serial.isEmpty()) {
            sys.attribute(usb + "/serial", serial + "\n");
        }
        HostDevice device = read(sys).get(0);
        assertThat(device.label()).isEqualTo("FT232R USB UART");
        return device.id();
    }

    @Test
    void theMachinesOwnDisksAndPortsThatAreNotThereAreNotOffered() throws IOException {
        FakeSys sys = sys("a").device(
                        "block", "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda", "8:0")
                .device("tty", "platform/serial8250/tty/ttyS1", "4:65")
                .attribute("platform/serial8250/tty/ttyS1/type", "0\n")
                .device("tty", "platform/serial8250/tty/ttyS0", "4:64")
                .attribute("platform/serial8250/tty/ttyS0/type", "4\n")
                .device("tty", "virtual/tty/console", "5:1")
                .attribute("virtual/tty/console/active", "tty0 ttyS0\n")
                .device("block", USB + "/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb", "8:16")
                .attribute(USB + "/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb/sdb1/dev", "8:17\n");
        assertThat(read(sys)).hasSize(1);
        assertThat(nodes(read(sys).get(0))).containsExactly("sdb", "sdb1");
    }

    @Test
    void theStickOrCardThatTheMachineLivesOnIsNotOffered() throws IOException {
        String disk = USB + "/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
        FakeSys sys = sys("a").device("block", disk, "8:16").attribute(disk + "/sdb1/dev", "8:17\n");
        mustNotBeOffered(sys, "29 1 8:17 / / rw,relatime shared:1 - ext4 /dev/root rw");
        mustNotBeOffered(sys, "29 1 0:25 /@ / rw,relatime shared:1 - btrfs /dev/sdb1 rw,subvol=/@");
        mounted("29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                + "90 29 8:17 / /media/anna/STICK rw - vfat /dev/sdb1 rw\n");
        assertThat(read(sys)).hasSize(1);
        mounted("90 29 8:17 / " + directory.resolve("media/vlc/STICK") + " ro - vfat /dev/sdb1 ro\n");
        assertThat(read(sys)).as("mounted for its root").hasSize(1);
        Files.delete(directory.resolve("mountinfo"));
        assertThat(read(sys)).as("nobody can tell").isEmpty();
        mounted("");
        assertThat(read(sys)).hasSize(1);
        sys.attribute(disk + "/sdb1/holders/dm-0/dev", "254:0\n");
        assertThat(read(sys)).isEmpty();
    }

    private void mustNotBeOffered(FakeSys sys, String mount) throws IOException {
        mounted(mount + "\n");
        assertThat(read(sys)).isEmpty();
    }

    private void mounted(String text) throws IOException {
        Files.writeString(directory.resolve("mountinfo"), text);
    }

    @Test
    void aChipThatIsSolderedInIsNoCard() throws IOException {
        String slot = "platform/soc/mmc_host/mmc0/mmc0:0001";
        FakeSys sys = sys("a").device("block", slot + "/block/mmcblk0", "179:0");
        sys.attribute(slot + "/block/mmcblk0/device/type", "SD\n");
        assertThat(read(sys)).hasSize(1);
        sys.attribute(slot + "/block/mmcblk0/device/type", "MMC\n");
        assertThat(read(sys)).isEmpty();
    }

    @Test
    void soundVideoAndInputHaveAllTheirNodes() throws IOException {
        FakeSys sys = sys("a").device("sound", "pci0000:00/0000:00:1b.0/sound/card0", "")
                .attribute("pci0000:00/0000:00:1b.0/sound/card0/id", "Intel\n")
                .device("sound", "pci0000:00/0000:00:1b.0/sound/card0/controlC0", "116:0")
                .device("sound", "pci0000:00/0000:00:1b.0/sound/card0/pcmC0D0p", "116:1")
                .device("sound", "virtual/sound/timer", "116:33")
                .device("video4linux", USB + "/1-2:1.0/video4linux/video0", "81:0")
                .device("input", "pci0000:00/i8042/serio0/input/input3", "")
                .attribute("pci0000:00/i8042/serio0/input/input3/event3/dev", "13:67\n");
        assertThat(read(sys))
                .extracting(SysDevicesTest::nodes)
                .containsExactly(
                        List.of("snd/controlC0", "snd/pcmC0D0p", "snd/timer"),
                        List.of("video0"),
                        List.of("input/event3"));
    }

    @Test
    void aLoopDeviceStandsForAnImageThatWasAttachedAndForNoOther() throws IOException {
        Path image = directory.resolve("disc.iso");
        FakeSys sys = sys("a").device("block", "virtual/block/loop0", "7:0")
                .attribute("virtual/block/loop0/loop/backing_file", image + "\n")
                .device("block", "virtual/block/loop1", "7:1")
                .attribute("virtual/block/loop1/loop/backing_file", "/var/lib/other.img\n");
        List<HostDevice> found = devices(sys).read(Map.of(image, DeviceKind.OPTICAL));
        assertThat(found).hasSize(1);
        assertThat(nodes(found.get(0))).containsExactly("loop0");
        assertThat(read(sys)).isEmpty();
    }

    @Test
    void aLoopDeviceThatSomebodyElseMadeOrThatWasGivenBackStandsForNoImage() throws IOException {
        Path image = directory.resolve("disc.iso");
        FakeSys sys = sys("a").device("block", "virtual/block/loop0", "7:0")
                .attribute("virtual/block/loop0/loop/backing_file", image + "\n")
                .attribute("virtual/block/loop0/ro", "0\n")
                .device("block", "virtual/block/loop1", "7:1")
                .attribute("virtual/block/loop1/loop/backing_file", image + "\n")
                .attribute("virtual/block/loop1/ro", "1\n")
                .attribute("virtual/block/loop1/loop/autoclear", "1\n");
        assertThat(devices(sys).read(Map.of(image, DeviceKind.DISK))).isEmpty();
        sys.attribute("virtual/block/loop1/loop/autoclear", "0\n");
        assertThat(devices(sys).read(Map.of(image, DeviceKind.DISK)))
                .extracting(SysDevicesTest::nodes)
                .containsExactly(List.of("loop1"));
    }

    @Test
    void twoThatCanNotBeToldApartHaveTwoIds() throws IOException {
        FakeSys sys = sys("a").device("input", "virtual/input/input1", "")
                .attribute("virtual/input/input1/event1/dev", "13:65\n")
                .device("input", "virtual/input/input2", "")
                .attribute("virtual/input/input2/event2/dev", "13:66\n");
        assertThat(read(sys)).extracting(HostDevice::id).doesNotHaveDuplicates().hasSize(2);
    }

    /** What a made-up or broken device says: any bytes, any length. */
    @Test
    void whateverAttributesSayTheAnswerIsWithinItsLimits() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String drive = "pci0000:00/usb1/host1/block/sr0";
        String[] attributes = {
            drive + "/dev",
            drive + "/device/model",
            drive + "/device/vendor",
            "pci0000:00/usb1/serial",
            "pci0000:00/usb1/idVendor",
            drive + "/device/scsi_generic/sg1/dev"
        };
        for (int i = 0; i < 200; i++) {
            FakeSys sys = sys("fuzz" + i).device("block", drive, "11:0");
            for (String attribute : attributes) {
                byte[] bytes = new byte[random.nextInt(10_000)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    sys.attribute(attribute, bytes);
                }
            }
            for (HostDevice device : read(sys)) {
                assertThat(device.label()).as("seed %d", seed).hasSizeLessThanOrEqualTo(SysFiles.MAX_TEXT);
                assertThat(device.label()).as("seed %d", seed).matches("[ -~]*");
                DeviceTree.of(List.of(device));
            }
        }
    }

    @Test
    void whatIsHalfGoneIsNotThere() throws IOException {
        FakeSys sys = sys("a").device("block", "pci0000:00/block/sr0", "");
        Files.createSymbolicLink(sys.top.resolve("class/block/sr1"), sys.top.resolve("devices/gone"));
        assertThat(read(sys)).isEmpty();
        assertThat(read(sys("empty"))).isEmpty();
    }
}
