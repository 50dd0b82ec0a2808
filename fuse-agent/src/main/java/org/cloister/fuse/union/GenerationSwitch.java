package org.cloister.fuse.union;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.LowerTree;
import org.cloister.fuse.tree.Numbers;

/** Makes the mount show another generation. One switch at a time; programs that run keep what they have open. */
public final class GenerationSwitch {
    private final Roots roots;
    private final Layers layers;
    private final Numbers numbers;
    private final RootFactory factory;
    private final KernelCache kernel;
    private Generation current = Generation.empty();

    /** Makes a root of its layers and of what was written to it before. */
    public interface RootFactory {
        UnionRoot create(Generation.Root root, int slot, LowerTree lower) throws IOException;
    }

    GenerationSwitch(Roots roots, Layers layers, Numbers numbers, RootFactory factory, KernelCache kernel) {
        this.roots = roots;
        this.layers = layers;
        this.numbers = numbers;
        this.factory = factory;
        this.kernel = kernel;
    }

    /** All of the generation is visible when it returns, or nothing of it when it throws. */
    public synchronized Digest apply(Generation generation) throws IOException {
        List<UnionRoot> shown = new ArrayList<>();
        for (Generation.Root root : generation.roots()) {
            shown.add(prepare(root));
        }
        List<UnionRoot> before = roots.present();
        roots.show(shown);
        current = generation;
        before.stream()
                .filter(root -> !shown.contains(root))
                .forEach(gone -> kernel.forgetName(NodeId.MOUNT, gone.name.text()));
        return generation.digest();
    }

    private UnionRoot prepare(Generation.Root root) throws IOException {
        UnionRoot known = roots.known(root.name().text());
        if (known != null) {
            return known;
        }
        UnionRoot made = factory.create(root, roots.nextSlot(), stack(root.layers()));
        roots.add(made);
        return made;
    }

    private LowerTree stack(List<LayerId> ids) throws IOException {
        List<LowerLayer> stacked = new ArrayList<>();
        for (LayerId id : ids) {
            stacked.add(layers.load(id));
        }
        return LowerTree.stack(numbers, stacked);
    }

    public synchronized Generation current() {
        return current;
    }
}
