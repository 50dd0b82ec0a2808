package org.cloister.fuse.union;

import java.time.Clock;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.fuse.tree.Numbers;

/** The parts of one union file system, wired. What a mount adapter is built on. */
public record Union(
        Roots roots,
        Numbers numbers,
        Ownership ownership,
        UnionReader reader,
        UnionChanges changes,
        UnionContent content) {

    public static Union over(Backing backing, Ownership ownership, Clock clock) {
        Roots roots = new Roots();
        UnionChanges changes = new UnionChanges(roots, ownership, clock);
        return new Union(
                roots,
                new Numbers(),
                ownership,
                new UnionReader(roots, ownership, changes.now()),
                changes,
                new UnionContent(roots, backing, changes));
    }

    /** Roots without device layers. */
    public GenerationSwitch generations(Layers layers, WritableStore store, KernelCache kernel, Succession succession) {
        return generations(layers, () -> DeviceLayers.NONE, store, kernel, succession);
    }

    public GenerationSwitch generations(
            Layers layers, DeviceSource devices, WritableStore store, KernelCache kernel, Succession succession) {
        RootLoader loader = new RootLoader(layers, numbers, store, content, ownership);
        return new GenerationSwitch(roots, loader, devices, kernel, succession);
    }
}
