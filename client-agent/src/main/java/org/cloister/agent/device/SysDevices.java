package org.cloister.agent.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;

/**
 * The devices that sysfs shows now and that a root may be granted: optical drives, USB and card storage, serial ports, sound cards, sources of
 * video, input, and loop devices that stand for images. The machine's own disks are none of them. Never throws: a device that is half gone
 * isn't there.
 */
public final class SysDevices {
    /** Of one machine, at most; the repository takes no more. */
    static final int MAX_DEVICES = 512;

    /** Nodes of one device; a disk of more partitions shows the first ones. */
    private static final int MAX_NODES = 64;

    private static final Pattern OPTICAL = Pattern.compile("sr[0-9]+");
    private static final Pattern STORAGE = Pattern.compile("sd[a-z]+|mmcblk[0-9]+");
    private static final Pattern ANY = Pattern.compile(".+");
    private static final Pattern LOOP = Pattern.compile("loop[0-9]+");
    private static final Pattern SERIAL = Pattern.compile("tty(USB|ACM|S)[0-9]+");
    private static final Pattern CARD = Pattern.compile("card[0-9]+");
    private static final Pattern VIDEO = Pattern.compile("video[0-9]+");
    private static final Pattern INPUT = Pattern.compile("input[0-9]+");
    private static final Pattern INPUT_NODE = Pattern.compile("(event|mouse|js)[0-9]+");
    private static final Pattern GENERIC = Pattern.compile("sg[0-9]+");
    private static final int READABLE_BY_ALL = 0664;
    /** Of Debian's group {@code cdrom} (base-passwd). */
    private static final int CDROM = 24;

    private static final int PERMISSIONS = 07777;
    private static final int OWNER_AND_GROUP = 0660;

    private final SysFiles sys;
    private final Path dev;
    private final Path mounts;
    private final Path media;
    private final StableName names;

    /**
     * @param sys where sysfs is mounted
     * @param dev the host's {@code /dev}, whose owners and modes count
     * @param mounts what the host has mounted, {@code /proc/self/mountinfo}
     * @param media where roots' disks are mounted for them
     */
    public SysDevices(Path sys, Path dev, Path mounts, Path media) {
        this.sys = new SysFiles(sys);
        this.dev = dev;
        this.mounts = mounts;
        this.media = media;
        this.names = new StableName(this.sys);
    }

    /** Sorted by kind and node. {@code images} are those that loop devices may stand for, with what each is. */
    public List<HostDevice> read(Map<Path, DeviceKind> images) {
        List<HostDevice> all = new ArrayList<>();
        optical(all);
        storage(all);
        loops(all, images);
        serial(all);
        sound(all);
        video(all);
        input(all);
        return distinct(all.subList(0, Math.min(all.size(), MAX_DEVICES)));
    }

    /** Of two that can't be told apart, the second is told by its order. */
    private static List<HostDevice> distinct(List<HostDevice> all) {
        Set<DeviceId> seen = new HashSet<>();
        List<HostDevice> distinct = new ArrayList<>();
        for (HostDevice device : all) {
            DeviceId id = device.id();
            for (int more = 2; !seen.add(id); more++) {
                id = new DeviceId(device.id() + "-" + more);
            }
            distinct.add(new HostDevice(id, device.kind(), device.label(), device.nodes()));
        }
        return distinct;
    }

    private void optical(List<HostDevice> all) {
        for (String name : sys.names(sys.path("class/block"), OPTICAL)) {
            Path device = sys.path("class/block").resolve(name);
            List<DeviceNode> nodes = new ArrayList<>();
            add(nodes, true, name, device);
            Path generic = device.resolve("device/scsi_generic");
            for (String each : sys.names(generic, GENERIC)) {
                add(nodes, false, each, generic.resolve(each));
            }
            add(all, DeviceKind.OPTICAL, names.of(sys.real(device)), model(device), nodes);
        }
    }

    private String model(Path device) {
        return SysFiles.printable(
                sys.text(device.resolve("device/vendor")) + " " + sys.text(device.resolve("device/model")));
    }

    private void storage(List<HostDevice> all) {
        List<String> pluggable = sys.names(sys.path("class/block"), STORAGE).stream()
                .filter(this::isPluggable)
                .toList();
        if (!pluggable.isEmpty()) {
            OwnDisks.of(mounts, media).ifPresent(own -> pluggable.forEach(name -> storage(all, name, own)));
        }
    }

    private boolean isPluggable(String name) {
        Path device = sys.path("class/block").resolve(name);
        // A chip that is soldered in (eMMC) is of type MMC, a card of type SD.
        boolean isCard = name.startsWith("mmcblk")
                && !sys.text(device.resolve("device/type")).equals("MMC");
        return isCard || sys.real(device).contains("/usb");
    }

    private void storage(List<HostDevice> all, String name, Set<String> own) {
        Path device = sys.path("class/block").resolve(name);
        List<String> parts = sys.names(device, Pattern.compile(Pattern.quote(name) + "p?[0-9]+"));
        if (!isOwn(own, name, device, parts)) {
            List<DeviceNode> nodes = new ArrayList<>();
            add(nodes, true, name, device);
            for (String part : parts) {
                add(nodes, true, part, device.resolve(part));
            }
            add(all, DeviceKind.DISK, names.of(sys.real(device)), model(device), nodes);
        }
    }

    /** The machine lives on it, or has made another device of it (LVM, dm-crypt). */
    private boolean isOwn(Set<String> own, String name, Path device, List<String> parts) {
        return isOwn(own, name, device) || parts.stream().anyMatch(part -> isOwn(own, part, device.resolve(part)));
    }

    private boolean isOwn(Set<String> own, String name, Path device) {
        return own.contains("/dev/" + name)
                || own.contains(sys.text(device.resolve("dev")))
                || !sys.names(device.resolve("holders"), ANY).isEmpty();
    }

    private void loops(List<HostDevice> all, Map<Path, DeviceKind> images) {
        if (images.isEmpty()) {
            return;
        }
        Set<Path> found = new HashSet<>();
        for (String name : sys.names(sys.path("class/block"), LOOP)) {
            Path device = sys.path("class/block").resolve(name);
            String backing = sys.imageOf(device);
            for (Map.Entry<Path, DeviceKind> image : images.entrySet()) {
                int[] numbers = sys.numbers(device);
                if (image.getKey().toString().equals(backing) && numbers != null && found.add(image.getKey())) {
                    DeviceNode node = new DeviceNode(true, name, numbers[0], numbers[1], READABLE_BY_ALL, 0, CDROM);
                    String label = SysFiles.printable("image " + image.getKey().getFileName());
                    add(all, image.getValue(), StableName.ofImage(image.getKey()), label, List.of(node));
                }
            }
        }
    }

    private void serial(List<HostDevice> all) {
        // What the kernel writes its messages to is the machine's.
        List<String> consoles =
                List.of(sys.text(sys.path("class/tty/console/active")).split(" "));
        for (String name : sys.names(sys.path("class/tty"), SERIAL)) {
            Path device = sys.path("class/tty").resolve(name);
            String type = sys.text(device.resolve("type"));
            boolean missing = name.startsWith("ttyS") && (type.isEmpty() || type.equals("0"));
            if (!missing && !consoles.contains(name)) {
                List<DeviceNode> nodes = new ArrayList<>();
                add(nodes, false, name, device);
                String real = sys.real(device);
                add(all, DeviceKind.SERIAL, names.of(real), product(real, name), nodes);
            }
        }
    }

    /** What the USB device above calls itself. */
    private String product(String real, String otherwise) {
        for (Path above = Path.of(real); above != null; above = above.getParent()) {
            String product = sys.text(sys.path(above.toString()).resolve("product"));
            if (!product.isEmpty()) {
                return product;
            }
        }
        return otherwise;
    }

    private void sound(List<HostDevice> all) {
        Path sounds = sys.path("class/sound");
        for (String card : sys.names(sounds, CARD)) {
            String number = card.substring("card".length());
            List<DeviceNode> nodes = new ArrayList<>();
            Pattern parts = Pattern.compile("(control|pcm|midi|hw)C" + number + "(D[0-9]+[pc]?)?");
            for (String part : sys.names(sounds, parts)) {
                add(nodes, false, "snd/" + part, sounds.resolve(part));
            }
            if (!nodes.isEmpty()) {
                add(nodes, false, "snd/timer", sounds.resolve("timer"));
                add(nodes, false, "snd/seq", sounds.resolve("seq"));
            }
            Path device = sounds.resolve(card);
            add(all, DeviceKind.SOUND, names.of(sys.real(device)), sys.text(device.resolve("id")), nodes);
        }
    }

    private void video(List<HostDevice> all) {
        for (String name : sys.names(sys.path("class/video4linux"), VIDEO)) {
            Path device = sys.path("class/video4linux").resolve(name);
            List<DeviceNode> nodes = new ArrayList<>();
            add(nodes, false, name, device);
            String stable = names.of(sys.real(device)) + " " + sys.text(device.resolve("index"));
            add(all, DeviceKind.VIDEO, stable, sys.text(device.resolve("name")), nodes);
        }
    }

    private void input(List<HostDevice> all) {
        for (String name : sys.names(sys.path("class/input"), INPUT)) {
            Path device = sys.path("class/input").resolve(name);
            List<DeviceNode> nodes = new ArrayList<>();
            for (String node : sys.names(device, INPUT_NODE)) {
                add(nodes, false, "input/" + node, device.resolve(node));
            }
            String label = sys.text(device.resolve("name"));
            String stable = names.of(sys.real(device)) + " " + sys.text(device.resolve("phys")) + " " + label;
            add(all, DeviceKind.INPUT, stable, label, nodes);
        }
    }

    private static void add(
            List<HostDevice> all, DeviceKind kind, String stable, String label, List<DeviceNode> nodes) {
        if (!nodes.isEmpty()) {
            all.add(new HostDevice(StableName.id(kind, stable), kind, label, nodes));
        }
    }

    private void add(List<DeviceNode> nodes, boolean block, String path, Path device) {
        int[] numbers = sys.numbers(device);
        if (numbers == null || nodes.size() >= MAX_NODES) {
            return;
        }
        int mode = OWNER_AND_GROUP;
        int uid = 0;
        int gid = 0;
        try {
            Path known = dev.resolve(path);
            mode = (Integer) Files.getAttribute(known, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS;
            uid = (Integer) Files.getAttribute(known, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            gid = (Integer) Files.getAttribute(known, "unix:gid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            // The host has no node of it yet: root's alone until it has.
        }
        nodes.add(new DeviceNode(block, path, numbers[0], numbers[1], mode, uid, gid));
    }
}
