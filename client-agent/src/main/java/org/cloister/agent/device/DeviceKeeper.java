package org.cloister.agent.device;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.DeviceBook;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.report.ReportSender;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.DeviceLayersFile;
import org.cloister.events.DeviceKind;
import org.cloister.events.HostEvent;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.Manifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a thread of its own: looks each second which devices are attached, reports what is new, and keeps the device layers as the image's grants
 * and what is attached say. sysfs tells nobody when it changes (inotify(7)).
 */
public final class DeviceKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceKeeper.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long SOON_MILLIS = 100;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** A report that changed nothing on record in this time is made again. */
    private static final Duration REPORT_AGAIN = Duration.ofSeconds(30);

    private final SysDevices devices;
    private final Images images;
    private final DeviceLayersFile file;
    private final UnionControl union;
    private final Situation situation;
    private final AgentDatabase database;
    private final Reports reports;
    private final ReportSender sender;
    private final Consumer<SortedMap<RootName, List<HostDevice>>> media;
    private final Thread thread = new Thread(this::run, "devices");

    private List<HostEvent> reported = List.of();
    private long reportedAt;
    private @Nullable SortedMap<RootName, Manifest> written;
    private boolean isShown;
    private Position carriedOut = Position.NONE;
    private volatile @Nullable String problem;
    /** An image that was attached before this start and couldn't be again. */
    private volatile @Nullable String unrestored;

    /** @param media hears which root has what of what is attached, on this object's thread, each time that it was looked */
    public DeviceKeeper(
            SysDevices devices,
            Images images,
            DeviceLayersFile file,
            UnionControl union,
            Situation situation,
            AgentDatabase database,
            Reports reports,
            ReportSender sender,
            Consumer<SortedMap<RootName, List<HostDevice>>> media) {
        this.devices = devices;
        this.images = images;
        this.file = file;
        this.union = union;
        this.situation = situation;
        this.database = database;
        this.reports = reports;
        this.sender = sender;
        this.media = media;
        thread.setDaemon(true);
    }

    /** Before the union shows anything: numbers of devices that were there before the machine was started mean nothing now. */
    public void prepare(DeviceBook granted) throws IOException {
        Map<Path, DeviceKind> known = Map.of();
        try {
            unrestored = images.restore();
            known = images.all();
        } catch (IOException e) {
            problem = "devices: " + e.getMessage();
        }
        write(DeviceNews.layers(DeviceNews.granted(granted, devices.read(known))));
    }

    public void start() {
        thread.start();
    }

    /** What keeps roots from having their devices, or null. */
    public @Nullable String problem() {
        String now = problem;
        return now == null ? unrestored : now;
    }

    /** What is attached now. */
    public List<HostDevice> attached() throws IOException {
        return devices.read(images.all());
    }

    /** The image stands for a device, which is attached when this returns. @throws IOException saying why it can't */
    public HostDevice attachImage(Path image) throws IOException {
        Path real = images.attach(image);
        unrestored = null;
        return attached().stream()
                .filter(device -> isOf(real, device))
                .findFirst()
                .orElseThrow(() -> new IOException("no loop device for " + real + " appeared in /sys/class/block"));
    }

    private boolean isOf(Path image, HostDevice device) {
        return device.id().equals(StableName.id(device.kind(), StableName.ofImage(image)));
    }

    /** The image stands for a device no longer. @return false if it didn't */
    public boolean detachImage(Path image) throws IOException {
        unrestored = null;
        return images.detach(image);
    }

    /** Which images stand for devices. */
    public Map<Path, DeviceKind> images() throws IOException {
        return images.all();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                DeviceBook book = situation.image().devices();
                try {
                    step();
                    problem = null;
                } catch (IOException e) {
                    String said = "devices: " + e.getMessage();
                    if (!said.equals(problem)) {
                        LOG.warn("{}", said);
                    }
                    problem = said;
                }
                awaitWork(book);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitWork(DeviceBook book) throws InterruptedException {
        long end = System.nanoTime() + LOOK_MILLIS * NANOS_PER_MILLI;
        while (situation.image().devices().equals(book)) {
            long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return;
            }
            situation.awaitChange(Math.min(left, SOON_MILLIS));
        }
    }

    private void step() throws IOException {
        Position heard = situation.heard();
        DeviceBook book = situation.image().devices();
        List<HostDevice> present = devices.read(images.all());
        report(DeviceNews.of(book, present));
        SortedMap<RootName, List<HostDevice>> granted = DeviceNews.granted(book, present);
        SortedMap<RootName, Manifest> layers = DeviceNews.layers(granted);
        if (!layers.equals(written)) {
            write(layers);
        }
        if (!isShown) {
            union.followDevices();
            isShown = true;
        }
        media.accept(granted);
        synchronized (this) {
            carriedOut = heard;
            notifyAll();
        }
    }

    private void write(SortedMap<RootName, Manifest> layers) throws IOException {
        file.write(DeviceTree.of(List.of()), layers);
        written = layers;
        isShown = false;
    }

    private void report(List<HostEvent> news) throws IOException {
        boolean again = news.equals(reported);
        if (news.isEmpty()) {
            reported = List.of();
        } else if (!again || (isOld() && database.reports() == 0)) {
            database.queue(reports.of(news.subList(0, Math.min(news.size(), Reports.MAX_EVENTS))));
            reported = news;
            reportedAt = System.nanoTime();
            sender.wake();
        }
    }

    private boolean isOld() {
        return System.nanoTime() - reportedAt > REPORT_AGAIN.toNanos();
    }

    /**
     * Waits until what is recorded up to {@code recorded} is what roots see.
     *
     * @return false when {@code limit} is over
     */
    public boolean await(Position recorded, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (recorded.isAfter(carriedOut)) {
                long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
                if (left <= 0) {
                    return false;
                }
                wait(Math.min(left, SOON_MILLIS));
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thread.interrupt();
        thread.join(LOOK_MILLIS);
        images.rest();
    }
}
