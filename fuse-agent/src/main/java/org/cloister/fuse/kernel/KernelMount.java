package org.cloister.fuse.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.cloister.fuse.mount.Mount;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.mount.StaleMount;
import org.cloister.fuse.session.SessionMemory.Word;
import org.cloister.fuse.session.WorkerMemory;
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
    private static final long STACK = 1 << 20;
    /** {@code FUSE_DEV_IOC_CLONE}: a queue of its own for each thread. */
    private static final long CLONE = 0x8004E500L;

    private static final int KIBI = 1024;
    private static final int DETACH = 2;
    /** For programs that are about to end, too. */
    private static final long GRACE_MILLIS = 2_000;
    /** Longer than a request lasts that no daemon survives; a disk that does not answer takes longer. */
    private static final long RESUME_MILLIS = 2_000;

    private final Native host;
    private final Path mountPoint;
    private final Path state;
    private final Union union;
    private final Set<Feature> wanted;
    private final KernelSession session;
    private final Lookups lookups;
    private final CountDownLatch resumed;
    private final Turn turn = new Turn(Turn.readers());
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Notices notices;
    private @Nullable SpareWorkers spare;
    private @Nullable Connection connection;

    /** {@code state}: whose free space the mount reports. {@code without}: what not to agree on, though the kernel can. */
    public KernelMount(
            Path mountPoint, Path state, Native host, Union union, Set<Feature> without, KernelSession session)
            throws IOException {
        this.session = session;
        long inHand = session.spare().stream().filter(WorkerMemory::isTaken).count();
        this.resumed = new CountDownLatch(session.workers().size() + (int) inHand);
        this.lookups = new Lookups(session.memory());
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

    /** Goes on with a predecessor's mount, if there is one. */
    @Override
    public void mount(Audience audience) throws IOException {
        if (session.isServed()) {
            takeOver();
        } else {
            begin(audience);
        }
    }

    private void begin(Audience audience) throws IOException {
        Path resolved = mountPoint.toRealPath();
        int device = device().mount(host, mountPoint, audience);
        Negotiation agreed;
        List<Integer> queues;
        try {
            agreed = Handshake.with(
                    host, device, exchange(device, session.workers().get(0)), wanted);
            queues = queues(device);
        } catch (IOException e) {
            host.libc().close(device);
            StaleMount.detach(host, mountPoint, DETACH);
            throw e;
        }
        Connection found = Connection.at(resolved);
        serve(queues, agreed, found);
        if (found != null) {
            found.readAhead(agreed.maxWrite() / KIBI);
        }
        agreed.record(session.memory());
        session.memory().set(Word.CONNECTION, found == null ? -1 : found.number());
        session.memory().set(Word.SERVING, session.devices().isEmpty() ? 0 : 1);
        LOG.info("mounted {} (FUSE 7.{}, {} threads, {})", mountPoint, agreed.minor(), queues.size(), agreed.agreed());
    }

    private void takeOver() throws IOException {
        Negotiation agreed = Negotiation.recorded(session.memory());
        long number = session.memory().get(Word.CONNECTION);
        serve(session.devices(), agreed, number < 0 ? null : Connection.numbered(number));
        awaitResumed();
        LOG.info("went on with the mount at {} (FUSE 7.{}, {})", mountPoint, agreed.minor(), agreed.agreed());
    }

    private void serve(List<Integer> queues, Negotiation agreed, @Nullable Connection found) throws IOException {
        connection = found;
        Notices told = new Notices(host.libc(), queues.get(0));
        notices = told;
        PassedFiles passed = new PassedFiles(
                agreed.has(Feature.PASSTHROUGH), host, queues.get(0), union.content(), session.memory());
        Dispatcher dispatcher =
                new Dispatcher(host, union, lookups, told, passed, Native.path(state.toString()), agreed);
        for (int i = 0; i < queues.size(); i++) {
            start(worker(session.workers().get(i), queues.get(i), dispatcher, agreed, turn.seat()));
        }
        SpareWorkers relief = new SpareWorkers(
                session.spare(),
                (i, seat) -> worker(session.spare().get(i), queues.get(i % queues.size()), dispatcher, agreed, seat),
                turn,
                STACK);
        relief.resume(resumed::countDown);
        spare = relief;
        turn.start(relief::call);
    }

    /** A request that no daemon survives must not look like the success of each. */
    private void awaitResumed() {
        try {
            if (!resumed.await(RESUME_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("{} requests of a predecessor wait for a disk", resumed.getCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Device device() {
        return host.libc().getuid() == 0 ? new PrivilegedDevice() : new FusermountDevice();
    }

    private Exchange exchange(int device, WorkerMemory memory) {
        return new Exchange(host.libc(), device, memory, lookups, union.content());
    }

    private Worker worker(WorkerMemory memory, int device, Dispatcher dispatcher, Negotiation agreed, Turn.Seat seat) {
        Exchange exchange = exchange(device, memory);
        exchange.request.expectLongSetxattr(agreed.has(Feature.SETXATTR_EXT));
        return new Worker(host, device, exchange, dispatcher, seat);
    }

    /**
     * One descriptor for each worker, all of the connection that {@code device} is mounted by. Those of the supervisor keep the
     * connection, and what was read from it, beyond this process; {@code device} itself is closed then.
     */
    private List<Integer> queues(int device) throws IOException {
        List<Integer> queues = new ArrayList<>();
        for (int held : session.devices()) {
            if (!isCloned(held, device)) {
                throw new IOException("descriptor " + held + " can't be joined to the mount (errno " + host.errno()
                        + "): it must be of /dev/fuse, and new");
            }
            queues.add(held);
        }
        if (!queues.isEmpty()) {
            host.libc().close(device);
            return queues;
        }
        queues.add(device);
        while (queues.size() < session.workers().size()) {
            queues.add(cloned(device));
        }
        return queues;
    }

    private boolean isCloned(int queue, int device) {
        long pointer = Native.MEMORY.allocateMemory(Integer.BYTES, true);
        try {
            Native.MEMORY.putInt(pointer, device);
            return host.libc().ioctl(queue, CLONE, pointer) == 0;
        } finally {
            Native.MEMORY.freeMemory(pointer);
        }
    }

    /** Without its own queue a thread shares that of the first. */
    private int cloned(int device) {
        int queue = host.libc()
                .open(PrivilegedDevice.DEVICE, PrivilegedDevice.READ_WRITE | PrivilegedDevice.CLOSE_ON_EXEC, 0);
        if (queue < 0) {
            return device;
        }
        if (!isCloned(queue, device)) {
            host.libc().close(queue);
            return device;
        }
        return queue;
    }

    private void start(Worker worker) {
        Runnable work = () -> {
            worker.resume();
            resumed.countDown();
            worker.serve();
        };
        Thread thread = new Thread(null, work, "fuse-" + threads.size(), STACK);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void unmount() throws InterruptedException {
        session.memory().set(Word.SERVING, 0);
        boolean idle = host.libc().umount2(Native.path(mountPoint.toString()), 0) == 0;
        if (!idle) {
            StaleMount.detach(host, mountPoint, DETACH);
        }
        turn.end();
        if (spare != null) {
            spare.end();
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
