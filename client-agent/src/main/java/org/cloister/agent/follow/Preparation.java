package org.cloister.agent.follow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.cloister.agent.configure.Configured;
import org.cloister.agent.configure.ConfiguredLayers;
import org.cloister.agent.control.Progress;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.remote.RepositoryProblem;
import org.cloister.agent.store.Fetched;
import org.cloister.agent.store.LayerFetch;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;

/** Brings into the store what roots need, before anything changes for anyone. One thread. */
public final class Preparation {
    private static final int UNAUTHORIZED = 401;

    private final LayerFetch fetch;
    private final ConfiguredLayers configured;

    public Preparation(LayerFetch fetch, ConfiguredLayers configured) {
        this.fetch = fetch;
        this.configured = configured;
    }

    /** How it ended. */
    sealed interface Prepared {
        /** Everything is there. */
        record Ready(List<RootOutcome> outcomes) implements Prepared {}

        /** It can't be had; the same again gives the same. */
        record Failed(String step, String reason) implements Prepared {}
    }

    /** @throws IOException if something doesn't answer; trying again later may help */
    Prepared prepare(List<RootTarget> targets, Consumer<Progress> progress) throws IOException, InterruptedException {
        String step = "fetch";
        try {
            Set<LayerId> layers = new LinkedHashSet<>();
            targets.forEach(target -> layers.addAll(Generation.Root.below(target.closure())));
            if (fetch.fetch(layers, progress) instanceof Fetched.Unavailable unavailable) {
                return new Prepared.Failed(step, unavailable.reason());
            }
            step = "configure";
            List<RootOutcome> outcomes = new ArrayList<>();
            for (RootTarget target : targets) {
                Configured layer = configured.layer(target.closure(), progress);
                if (layer instanceof Configured.Failed failed) {
                    return new Prepared.Failed(step, failed.reason());
                }
                if (layer instanceof Configured.Ready ready) {
                    outcomes.add(new RootOutcome(
                            target.root(), target.requested(), target.closure().id(), ready.layer()));
                }
            }
            return new Prepared.Ready(outcomes);
        } catch (RepositoryProblem e) {
            if (e.isTransient() || e.status() == UNAUTHORIZED) {
                throw e;
            }
            return new Prepared.Failed(step, "" + e.getMessage());
        }
    }

    /** What the roots of an image that was replayed need: nothing is chosen or configured any more. */
    void bring(HostImage image, Consumer<Progress> progress) throws IOException, InterruptedException {
        Set<LayerId> layers = new LinkedHashSet<>();
        image.roots()
                .values()
                .forEach(root -> layers.addAll(root.generationRoot().layers()));
        if (fetch.fetch(layers, progress) instanceof Fetched.Unavailable unavailable) {
            throw new IOException("the repository no longer has what the roots here need: " + unavailable.reason());
        }
    }
}
