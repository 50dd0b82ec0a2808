package org.cloister.fuse.union;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Forget;
import org.cloister.fuse.tree.LowerTree;
import org.cloister.fuse.union.Succession.Forgotten;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the mount show another generation, with the device layer of each root on top. One switch at a time; programs that run keep what they
 * have open.
 */
public final class GenerationSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationSwitch.class);

    private final Roots roots;
    private final RootLoader loader;
    private final DeviceSource devices;
    private final KernelCache kernel;
    private final Succession succession;
    private volatile Generation current = Generation.empty();
    private volatile boolean closing;

    GenerationSwitch(Roots roots, RootLoader loader, DeviceSource devices, KernelCache kernel, Succession succession) {
        this.roots = roots;
        this.loader = loader;
        this.devices = devices;
        this.kernel = kernel;
        this.succession = succession;
    }

    /**
     * All of the generation is visible when it returns. When it throws because a layer is missing, nothing has changed; when
     * content could not be copied, roots that come earlier by name may show the new layers already.
     */
    public synchronized Digest apply(Generation generation) throws IOException {
        return apply(generation, devices.read().on(generation));
    }

    /** @param stacked the generation with the device layers of its roots */
    private Digest apply(Generation generation, Generation stacked) throws IOException {
        loader.layers().expect(layersOf(stacked));
        Map<UnionRoot, LowerTree> shown = new LinkedHashMap<>();
        for (Generation.Root root : stacked.roots()) {
            UnionRoot known = roots.known(root.name().text());
            LowerTree old = known == null ? null : known.tree.lower();
            LowerTree wanted = old != null && old.layers().equals(root.layers()) ? old : loader.stack(root.layers());
            shown.put(known == null ? load(root, wanted) : known, wanted);
        }
        succession.record(standing());
        succession.unsettled(true);
        for (Map.Entry<UnionRoot, LowerTree> root : shown.entrySet()) {
            move(root.getKey(), root.getValue());
        }
        conclude(generation, List.copyOf(shown.keySet()));
        return generation.digest();
    }

    private void conclude(Generation generation, List<UnionRoot> shown) throws IOException {
        show(generation, shown);
        succession.record(standing());
        succession.unsettled(false);
    }

    /** The same generation, with the device layers that count now; as {@link #apply}. */
    public synchronized void followDevices() throws IOException {
        apply(current);
    }

    /** Whether the mount shows this generation with the device layers that count now. */
    public synchronized boolean isShown(Generation generation) throws IOException {
        if (!generation.digest().equals(current.digest())) {
            return false;
        }
        for (Generation.Root root : devices.read().on(generation).roots()) {
            UnionRoot known = roots.named(root.name().text());
            if (known == null || !known.tree.lower().layers().equals(root.layers())) {
                return false;
            }
        }
        return true;
    }

    private Standing standing() {
        List<Standing.Slot> known = new ArrayList<>();
        for (UnionRoot root : roots.all()) {
            known.add(new Standing.Slot(root.slot, root.name, root.tree.lower().layers()));
        }
        return new Standing(
                current,
                known,
                roots.nextSlot(),
                loader.layers().numbered(),
                loader.numbers().next());
    }

    /** Shows what {@code standing} says, in its numbers, as a predecessor did. Throws when not all of it is there. */
    public synchronized void takeOver(Standing standing) throws IOException {
        loader.numbers().inherit(standing.firstNumbers(), standing.nextNumber());
        roots.inherit(standing.slots());
        loader.layers().expect(standing.firstNumbers().keySet());
        loader.store().expect(standing.roots().stream().map(Standing.Slot::name).toList());
        for (Standing.Slot root : standing.roots()) {
            Generation.Root known = new Generation.Root(root.name(), root.layers());
            roots.add(loader.load(known, root.number(), loader.stack(root.layers())));
        }
        loader.loadMore(standing.firstNumbers().keySet());
        roots.show(standing.shown().roots().stream()
                .map(root -> roots.known(root.name().text()))
                .filter(Objects::nonNull)
                .toList());
        current = standing.shown();
    }

    /**
     * After {@link #takeOver}, when the kernel can be spoken to: what a predecessor had not told it is told.
     */
    public synchronized void settle(Standing standing) throws IOException {
        if (!succession.isUnsettled()) {
            return;
        }
        for (Standing.Slot slot : standing.roots()) {
            UnionRoot root = roots.known(slot.name().text());
            if (root != null) {
                forget(forgotten(root, loader.everything(root, loader.stack(slot.layers()), kernel)));
            }
        }
        forget(succession.forgotten());
        for (UnionRoot root : roots.all()) {
            if (roots.named(root.name.text()) == null) {
                kernel.forgetName(NodeId.MOUNT, root.name.text());
            }
        }
        kernel.forgetNode(NodeId.MOUNT);
        succession.record(standing());
        succession.unsettled(false);
    }

    /**
     * As {@link #apply}, but a root whose layers or table can't be read is left out and logged, so that the others work; the
     * digest of {@link #current} then tells that the generation is not complete.
     */
    public synchronized void applyAtStart(Generation generation) throws IOException {
        try {
            loadAtStart(generation);
        } finally {
            roots.allArrived();
        }
    }

    /** Until {@link #applyAtStart} is through, who asks the mount for one of the roots waits for it. */
    public synchronized void announce(Generation generation) {
        roots.expect(names(generation));
    }

    private static List<RootName> names(Generation generation) {
        return generation.roots().stream().map(Generation.Root::name).toList();
    }

    /** From the second root on: the first has the processors to itself. */
    private void expectAll(Generation generation) {
        loader.layers().expect(layersOf(generation));
        loader.store().expect(names(generation).subList(1, generation.roots().size()));
    }

    private void loadAtStart(Generation generation) throws IOException {
        List<UnionRoot> arrived = new ArrayList<>();
        Generation stacked = stackedAtStart(generation);
        for (Generation.Root root : stacked.roots()) {
            if (root == stacked.roots().get(Math.min(1, stacked.roots().size() - 1))) {
                expectAll(stacked);
            }
            try {
                LowerTree lower = loader.stack(root.layers());
                UnionRoot made = load(root, lower);
                move(made, lower);
                roots.arrived(made);
                arrived.add(made);
            } catch (IOException e) {
                if (!closing) {
                    LOG.error("root {} is not shown: {}", root.name(), e.getMessage());
                }
            }
            if (closing) {
                return;
            }
        }
        roots.allArrived();
        Set<RootName> names = new HashSet<>();
        arrived.forEach(root -> names.add(root.name));
        conclude(
                new Generation(
                        generation.position(),
                        generation.roots().stream()
                                .filter(root -> names.contains(root.name()))
                                .toList()),
                arrived);
    }

    /** A root without devices is better than none; the agent that wrote the file writes it again. */
    private Generation stackedAtStart(Generation generation) {
        try {
            return devices.read().on(generation);
        } catch (IOException e) {
            LOG.error("the roots have no devices: {}", e.getMessage());
            return generation;
        }
    }

    /** In the order in which they are needed. */
    private static Set<LayerId> layersOf(Generation generation) {
        Set<LayerId> layers = new LinkedHashSet<>();
        generation.roots().forEach(root -> layers.addAll(root.layers()));
        return layers;
    }

    private UnionRoot load(Generation.Root root, LowerTree wanted) throws IOException {
        UnionRoot made = loader.load(root, roots.nextSlot(), wanted);
        roots.add(made);
        return made;
    }

    private void move(UnionRoot root, LowerTree wanted) throws BackingFailure {
        if (root.tree.lower() == wanted) {
            return;
        }
        forget(forgotten(root, loader.move(root, wanted)));
    }

    private static List<Forgotten> forgotten(UnionRoot root, List<Forget> forget) {
        return forget.stream()
                .map(one -> new Forgotten(root.id(one.local()), one.name()))
                .toList();
    }

    private void forget(List<Forgotten> forget) {
        for (Forgotten one : forget) {
            String name = one.name();
            if (name == null) {
                kernel.forgetNode(one.node());
            } else {
                kernel.forgetName(one.node(), name);
            }
        }
        for (Forgotten one : forget) {
            if (one.name() == null) {
                loader.content().forget(one.node(), kernel::knows);
            }
        }
    }

    private void show(Generation generation, List<UnionRoot> shown) {
        List<UnionRoot> before = roots.present();
        roots.show(shown);
        current = generation;
        for (UnionRoot root : before) {
            if (!shown.contains(root)) {
                kernel.forgetName(NodeId.MOUNT, root.name.text());
            }
        }
        kernel.forgetNode(NodeId.MOUNT);
        Set<LayerId> used = new HashSet<>();
        roots.all().forEach(root -> used.addAll(root.tree.lower().layers()));
        loader.layers().retain(used, layer -> kernel.knowsAny(node -> layer.has(NodeId.local(node))));
    }

    /** That the roots of the current generation stack. */
    public Set<LayerId> layers() {
        Set<LayerId> layers = new LinkedHashSet<>();
        roots.present().forEach(root -> layers.addAll(root.tree.lower().layers()));
        return layers;
    }

    /** Does not wait for a switch. */
    public Generation current() {
        return current;
    }

    /** Everything that was written to a root that is in no generation is deleted. False: it is in the current one. */
    public synchronized boolean forget(RootName name) throws IOException {
        if (roots.named(name.text()) != null) {
            return false;
        }
        UnionRoot known = roots.known(name.text());
        if (known != null) {
            roots.remove(known);
            known.writable.close();
        }
        loader.store().delete(name);
        return true;
    }

    /** What was written is durable, and the tables are closed; a switch that goes on meanwhile is as one that was cut off. */
    public void close() {
        closing = true;
        roots.all().forEach(root -> root.writable.close());
        loader.content().closeIdle();
    }

    /**
     * Makes {@code change}, which gives what the kernel has to forget. Whoever ends this process leaves it not made, or made and for the successor
     * to tell. No switch happens meanwhile.
     */
    synchronized void change(UnionRoot root, Supplier<List<Forget>> change) {
        List<Forgotten> forget;
        long stamp = root.begin();
        try {
            forget = forgotten(root, change.get());
            announce(forget);
        } finally {
            root.end(stamp);
        }
        forget(forget);
        succession.unsettled(false);
    }

    private void announce(List<Forgotten> forget) {
        try {
            succession.forgetting(forget);
        } catch (IOException e) {
            LOG.warn("if this process is killed now, the kernel may keep names that are gone: {}", e.getMessage());
        }
        succession.unsettled(true);
    }
}
