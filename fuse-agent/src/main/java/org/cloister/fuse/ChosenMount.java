package org.cloister.fuse;

import java.io.IOException;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.cloister.fuse.mount.Mount;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first of two mounts, or the second where the first can't be had. Which, and why, is in the log. */
final class ChosenMount implements Mount {
    private static final Logger LOG = LoggerFactory.getLogger(ChosenMount.class);

    private final Supplier<Mount> second;
    private volatile Mount active;

    /** {@code second} is asked for only when it is needed. */
    ChosenMount(Mount first, Supplier<Mount> second) {
        this.active = first;
        this.second = second;
    }

    @Override
    public String adapter() {
        return active.adapter();
    }

    @Override
    public void mount(Audience audience) throws IOException {
        String first = active.adapter();
        try {
            active.mount(audience);
        } catch (IOException e) {
            active = second.get();
            LOG.warn("mount adapter {} instead of {}: {}", active.adapter(), first, e.getMessage());
            active.mount(audience);
            return;
        }
        LOG.info("mount adapter {}: it is the fastest, and this kernel has it", first);
    }

    @Override
    public void unmount() throws InterruptedException {
        active.unmount();
    }

    @Override
    public void forgetName(long directory, String name) {
        active.forgetName(directory, name);
    }

    @Override
    public void forgetNode(long node) {
        active.forgetNode(node);
    }

    @Override
    public boolean knows(long node) {
        return active.knows(node);
    }

    @Override
    public boolean knowsAny(LongPredicate nodes) {
        return active.knowsAny(nodes);
    }
}
