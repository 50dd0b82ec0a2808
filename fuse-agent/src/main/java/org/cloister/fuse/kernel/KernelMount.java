package org.cloister.fuse.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.cloister.fuse.mount.Mount;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.mount.StaleMount;
import org.cloister.fuse.union.Union;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mount, served over {@code /dev/fuse} without libfuse. From {@link #mount} to {@link #unmount} nothing of this process may
 * touch a path below the mount point.
 */
public final class KernelMount implements Mount {
    private static final Logger LOG = LoggerFactory.getLogger(KernelMount.class);
    /** Enough to keep two cores busy while some wait for the disk. */
    private static final int THREADS = 6;

    private static final long STACK = 1 << 20;
    /** {@code FUSE_DEV_IOC_CLONE}: a queue of its own for each thread. */
    private static final long CLONE = 0x8004E500L;

    /** A header and {@code fuse_write_in} go before the data of a request. */
    private static final int OVERHEAD = 4096;

    private static final int DETACH = 2;
    /** For programs that are about to end, too. */
    private static final long GRACE_MILLIS = 2_000;

    private final Native host;
    private final Path mountPoint;
    private final Path state;
    private final Union union;
    private final Set<Feature> wanted;
    private final Lookups lookups = new Lookups();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Notices notices;
    private @Nullable Connection connection;

    /** {@code state}: whose free space the mount reports. {@code without}: what not to agree on, though the kernel can. */
    public KernelMount(Path mountPoint, Path state, Native host, Union union, Set<Feature> without) {
        this.host = host;
        this.mountPoint = mountPoint;
        this.state = state;
        this.union = union;
        this.wanted = EnumSet.allOf(Feature.class);
        this.wanted.removeAll(without);
    }

    @Override
    public String adapter() {
        return "kernel";
    }

    @Override
    public void mount(Audience audience) throws IOException {
        Path resolved = mountPoint.toRealPath();
        int device = device().mount(host, mountPoint, audience);
        Exchange first = exchange(device);
        Negotiation agreed;
        try {
            agreed = Handshake.with(host, device, first, wanted);
        } catch (IOException e) {
            host.libc().close(device);
            StaleMount.detach(host, mountPoint, DETACH);
            throw e;
        }
        Notices told = new Notices(host.libc(), device);
        notices = told;
        connection = Connection.at(resolved);
        Dispatcher dispatcher = new Dispatcher(host, union, lookups, told, Native.path(state.toString()), agreed);
        start(first, device, dispatcher, agreed);
        for (int i = 1; i < THREADS; i++) {
            int queue = cloned(device);
            start(exchange(queue), queue, dispatcher, agreed);
        }
        LOG.info("mounted {} (FUSE 7.{}, {} threads, {})", mountPoint, agreed.minor(), THREADS, agreed.agreed());
    }

    private Device device() {
        return host.libc().getuid() == 0 ? new PrivilegedDevice() : new FusermountDevice();
    }

    private Exchange exchange(int device) {
        int capacity = Negotiation.largestData() + OVERHEAD;
        Request request = new Request(Native.MEMORY.allocateMemory(capacity, false), capacity);
        return new Exchange(request, new Answer(host.libc(), device, capacity), lookups, union.content());
    }

    /** Without its own queue a thread shares that of the first. */
    private int cloned(int device) {
        int queue = host.libc()
                .open(PrivilegedDevice.DEVICE, PrivilegedDevice.READ_WRITE | PrivilegedDevice.CLOSE_ON_EXEC, 0);
        if (queue < 0) {
            return device;
        }
        long pointer = Native.MEMORY.allocateMemory(Integer.BYTES, true);
        Native.MEMORY.putInt(pointer, device);
        int result = host.libc().ioctl(queue, CLONE, pointer);
        Native.MEMORY.freeMemory(pointer);
        if (result != 0) {
            host.libc().close(queue);
            return device;
        }
        return queue;
    }

    private void start(Exchange exchange, int device, Dispatcher dispatcher, Negotiation agreed) {
        exchange.request.expectLongSetxattr(agreed.has(Feature.SETXATTR_EXT));
        Worker worker = new Worker(host, device, exchange, dispatcher);
        Thread thread = new Thread(null, worker, "fuse-" + threads.size(), STACK);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void unmount() throws InterruptedException {
        boolean idle = host.libc().umount2(Native.path(mountPoint.toString()), 0) == 0;
        if (!idle) {
            StaleMount.detach(host, mountPoint, DETACH);
        }
        if (join()) {
            return;
        }
        LOG.warn("{} was unmounted while programs had files of it open", mountPoint);
        Connection open = connection;
        if (open != null && open.abort()) {
            join();
        }
    }

    private boolean join() throws InterruptedException {
        long end = System.nanoTime() + GRACE_MILLIS * 1_000_000;
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }

    @Override
    public void forgetName(long directory, String name) {
        Notices mounted = notices;
        if (mounted != null) {
            mounted.forgetName(directory, name);
        }
    }

    @Override
    public void forgetNode(long node) {
        Notices mounted = notices;
        if (mounted != null) {
            mounted.forgetNode(node);
        }
    }

    @Override
    public boolean knows(long node) {
        return lookups.knows(node);
    }

    @Override
    public boolean knowsAny(LongPredicate nodes) {
        return lookups.knowsAny(nodes);
    }
}
