package org.cloister.agent.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.agent.device.DeviceNode;
import org.cloister.agent.device.HostDevice;
import org.cloister.agent.device.StorageGeneration;
import org.cloister.events.DeviceKind;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a thread of its own, since a drive may take its time: mounts what is on the drives and disks that roots have, and unmounts what they have no
 * longer, what was unplugged, and what was taken out of its drive.
 */
public final class MediaKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaKeeper.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long AGAIN_NANOS = 5_000_000_000L;
    /** How often one medium is looked at that nobody knows: each look may wake a drive, and disturb who writes to it. */
    private static final int MAX_LOOKS = 3;

    private static final long END_MILLIS = 2_000;

    private final MediaMounts mounts;
    private final @Nullable MediumProbe probe;
    private final StorageGeneration generation;
    private final Thread thread = new Thread(this::run, "media");

    private SortedMap<RootName, List<HostDevice>> wanted = new TreeMap<>();
    private boolean isNews;
    private boolean isReady;
    private final Map<Drive, Look> looks = new HashMap<>();
    private final SortedMap<RootName, SortedMap<String, Shown>> shown = new TreeMap<>();
    private volatile @Nullable String problem;

    /** A device with the medium that is in it. @param generation changes with the medium */
    private record Drive(DeviceNode node, DeviceKind kind, String generation) {}

    /** @param retry when it may be looked at again, in nanoseconds of this process */
    private record Look(Optional<Medium> medium, int count, long retry) {}

    /** @param failure why it isn't shown, though it shall be; null: it is. @param at when that was tried, in nanoseconds of this process */
    private record Shown(
            MediaTree.Place place,
            String generation,
            @Nullable String failure,
            long at) {
        boolean isStill(MediaTree.Place other, String of) {
            return place.equals(other)
                    && generation.equals(of)
                    && (failure == null || System.nanoTime() - at < AGAIN_NANOS);
        }
    }

    /**
     * @param top the directory in which each root has one, {@code STATE/media}
     * @param filters where the files of the filter of system calls are
     * @param types of file systems that are mounted; empty: none is
     * @param sys where sysfs is mounted
     */
    public MediaKeeper(Path top, Path filters, List<String> types, Path sys) {
        this.mounts = new MediaMounts(top, filters);
        this.probe = types.isEmpty() ? null : new MediumProbe(types);
        this.generation = new StorageGeneration(sys);
        thread.setDaemon(true);
    }

    /** Nothing is mounted yet, whatever an agent before this one left. Before programs are started in roots. */
    public void prepare() {
        try {
            mounts.prepare();
            isReady = true;
        } catch (IOException e) {
            problem = "media: nothing can be mounted for roots: " + e.getMessage();
            LOG.warn("{}", problem);
        }
    }

    public void start() {
        if (isReady) {
            thread.start();
        }
    }

    /** What keeps a medium from being seen, or null. */
    public @Nullable String problem() {
        return problem;
    }

    /** Which root has which devices, all of them attached. Returns at once. */
    public synchronized void want(SortedMap<RootName, List<HostDevice>> granted) {
        if (!granted.equals(wanted)) {
            wanted = new TreeMap<>(granted);
            isNews = true;
            notifyAll();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                lookAgain();
                synchronized (this) {
                    if (!isNews) {
                        wait(LOOK_MILLIS);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What one medium, foreign bytes, makes fail must not end it for all others. */
    private void lookAgain() {
        try {
            step(taken());
        } catch (RuntimeException e) {
            problem = "media: what is on a drive can't be shown: " + e;
            LOG.error("media", e);
        }
    }

    private synchronized SortedMap<RootName, List<HostDevice>> taken() {
        isNews = false;
        return wanted;
    }

    private void step(SortedMap<RootName, List<HostDevice>> granted) {
        Map<DeviceNode, String> generations = new HashMap<>();
        SortedMap<RootName, SortedMap<String, MediaTree.Place>> trees = new TreeMap<>();
        Map<Drive, Look> kept = new HashMap<>();
        granted.forEach((root, devices) -> trees.put(root, MediaTree.of(media(devices, generations, kept))));
        looks.clear();
        looks.putAll(kept);
        List<String> problems = new ArrayList<>();
        for (RootName root : List.copyOf(shown.keySet())) {
            hide(root, trees.getOrDefault(root, new TreeMap<>()), generations, problems);
        }
        trees.forEach((root, tree) -> show(root, tree, generations, problems));
        String said = problems.isEmpty() ? null : "media: " + String.join("; ", problems);
        if (said != null && !said.equals(problem)) {
            LOG.warn("{}", said);
        }
        problem = said;
    }

    private List<Medium> media(List<HostDevice> devices, Map<DeviceNode, String> generations, Map<Drive, Look> kept) {
        List<Medium> media = new ArrayList<>();
        for (HostDevice device : devices) {
            boolean holdsMedia = device.kind() == DeviceKind.OPTICAL || device.kind() == DeviceKind.DISK;
            for (DeviceNode node : holdsMedia ? device.nodes() : List.<DeviceNode>of()) {
                Optional<String> now = node.block() ? generation.of(node) : Optional.empty();
                if (now.isPresent()) {
                    generations.put(node, now.get());
                    Drive drive = new Drive(node, device.kind(), now.get());
                    Look look = look(drive, looks.get(drive));
                    kept.put(drive, look);
                    look.medium().ifPresent(media::add);
                }
            }
        }
        return media;
    }

    private Look look(Drive drive, @Nullable Look before) {
        boolean isDone = before != null
                && (before.medium().isPresent()
                        || before.count() >= MAX_LOOKS
                        || System.nanoTime() - before.retry() < 0);
        if (isDone || probe == null) {
            return before == null ? new Look(Optional.empty(), 0, 0) : before;
        }
        Optional<Medium> medium = probe.read(
                drive.kind(), drive.node(), Path.of("/dev").resolve(drive.node().path()));
        return new Look(medium, before == null ? 1 : before.count() + 1, System.nanoTime() + AGAIN_NANOS);
    }

    private static String generation(MediaTree.Place place, Map<DeviceNode, String> generations) {
        return place instanceof MediaTree.Mounted mounted
                ? generations.getOrDefault(mounted.medium().node(), "")
                : "";
    }

    /** What is shown and shan't be. */
    private void hide(
            RootName root,
            SortedMap<String, MediaTree.Place> tree,
            Map<DeviceNode, String> generations,
            List<String> problems) {
        SortedMap<String, Shown> here = shown.getOrDefault(root, new TreeMap<>());
        for (Map.Entry<String, Shown> entry : List.copyOf(here.entrySet())) {
            MediaTree.Place place = tree.get(entry.getKey());
            if (place == null || !entry.getValue().isStill(place, generation(place, generations))) {
                try {
                    mounts.hide(root, entry.getKey());
                    here.remove(entry.getKey());
                } catch (IOException e) {
                    problems.add(entry.getKey() + " of " + root + " is still mounted: " + e.getMessage());
                }
            }
        }
        if (here.isEmpty()) {
            shown.remove(root);
        }
    }

    private void show(
            RootName root,
            SortedMap<String, MediaTree.Place> tree,
            Map<DeviceNode, String> generations,
            List<String> problems) {
        if (tree.isEmpty()) {
            return;
        }
        SortedMap<String, Shown> here = shown.computeIfAbsent(root, of -> new TreeMap<>());
        // Links after what they lead to.
        for (Class<?> kind : List.of(MediaTree.Mounted.class, MediaTree.Link.class)) {
            tree.forEach((name, place) -> {
                if (kind.isInstance(place) && !here.containsKey(name) && isLedTo(place, here)) {
                    here.put(name, shown(root, name, place, generation(place, generations)));
                }
            });
        }
        here.forEach((name, one) -> {
            if (one.failure() != null) {
                problems.add(name + " of " + root + " isn't shown: " + one.failure());
            }
        });
    }

    private static boolean isLedTo(MediaTree.Place place, SortedMap<String, Shown> here) {
        if (!(place instanceof MediaTree.Link link)) {
            return true;
        }
        Shown target = here.get(link.target());
        return target != null && target.failure() == null;
    }

    private Shown shown(RootName root, String name, MediaTree.Place place, String generation) {
        String failure = null;
        try {
            mounts.show(root, name, place);
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
        return new Shown(place, generation, failure, System.nanoTime());
    }

    /** Programs of these roots see what is mounted for them, if they are started after this. Thread-safe. */
    public void update(Set<RootName> roots) throws IOException {
        if (isReady) {
            mounts.update(roots);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thread.interrupt();
        thread.join(END_MILLIS);
        mounts.unmountAll();
    }
}
