package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryProblem;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.Fetched;
import org.cloister.agent.store.LayerFetch;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured layers of closures: known here, or known to the repository, or made now and offered to the others. The
 * layers of the closure's packages are in the store already. One thread.
 */
public final class ConfiguredLayers {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredLayers.class);
    private static final int FORBIDDEN = 403;

    private final ObjectStore store;
    private final LayerFetch fetch;
    private final Repository repository;
    private final AgentDatabase database;
    private final ClosureContents contents;
    private final ClosureBuild build;
    private final LayerPublication publication;

    /** @param confinement of the maintainer scripts. @param logs directory for the output of the scripts, a file for each closure */
    public ConfiguredLayers(
            ObjectStore store,
            LayerFetch fetch,
            Repository repository,
            AgentDatabase database,
            ScratchRoots roots,
            RootUser rootUser,
            Confinement confinement,
            Path logs) {
        this.store = store;
        this.fetch = fetch;
        this.repository = repository;
        this.database = database;
        this.contents = new ClosureContents(repository, store);
        this.publication = new LayerPublication(store, repository);
        this.build = new ClosureBuild(
                store,
                roots,
                new ConfigureSandbox(rootUser, confinement),
                contents,
                new UserRegistry(repository),
                logs);
    }

    /** @throws IOException if the repository is needed and can't be reached; trying again later may help */
    public Configured layer(Closure closure, Consumer<Progress> progress) throws IOException, InterruptedException {
        ClosureId id = closure.id();
        Optional<LayerId> known = database.configured(id);
        if (known.isPresent() && store.hasLayer(known.get())) {
            return new Configured.Ready(known.get());
        }
        LayerId offered = repository.configured(id);
        if (offered != null) {
            return fetched(id, offered, progress);
        }
        return made(closure, progress);
    }

    private Configured fetched(ClosureId closure, LayerId layer, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        if (fetch.fetch(List.of(layer), progress) instanceof Fetched.Unavailable unavailable) {
            return new Configured.Failed("the configured layer " + layer + ": " + unavailable.reason());
        }
        database.remember(closure, layer, true);
        return new Configured.Ready(layer);
    }

    private Configured made(Closure closure, Consumer<Progress> progress) throws IOException, InterruptedException {
        contents.load(closure);
        ClosureBuild.Start start = null;
        Optional<Closure> essential = EssentialPrefix.of(closure, contents::isEssential);
        if (essential.isPresent()) {
            Configured base = layer(essential.get(), progress);
            if (!(base instanceof Configured.Ready ready)) {
                return base;
            }
            start = new ClosureBuild.Start(essential.get().packages().size(), ready.layer());
        }
        Configured built = build.build(closure, start, progress);
        if (!(built instanceof Configured.Ready ready)) {
            return built;
        }
        return published(closure, ready.layer(), start == null ? null : start.layer(), progress);
    }

    private Configured published(Closure closure, LayerId layer, @Nullable LayerId base, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        try {
            return fetched(closure.id(), publication.publish(closure.id(), layer, base, progress), progress);
        } catch (RepositoryProblem e) {
            if (e.status() == FORBIDDEN) {
                LOG.info("configured layer of {} stays here: {}", closure.id(), e.getMessage());
                database.remember(closure.id(), layer, false);
                return new Configured.Ready(layer);
            }
            throw e;
        }
    }
}
