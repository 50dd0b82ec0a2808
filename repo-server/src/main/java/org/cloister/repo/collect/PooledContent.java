package org.cloister.repo.collect;

import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.LayerPresence;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PoolGarbage;
import org.cloister.repo.pool.PoolUse;

/** What commands ask of the pool. */
public record PooledContent(Pool pool) implements LayerPresence {
    @Override
    public boolean complete(LayerId layer) {
        return pool.layer(layer).isPresent();
    }

    @Override
    public Keeping keeping() {
        PoolUse use = pool.use();
        return new Keeping() {
            @Override
            public boolean layer(LayerId layer) {
                return use.keep(layer);
            }

            @Override
            public boolean artifact(Digest artifact) {
                return use.keepArtifact(artifact);
            }

            @Override
            public void close() {
                use.close();
            }
        };
    }

    @Override
    public Keeping keepingAll() throws InterruptedException {
        PoolGarbage.Hold hold = pool.garbage().hold();
        return new Keeping() {
            @Override
            public boolean layer(LayerId layer) {
                return pool.layer(layer).isPresent();
            }

            @Override
            public boolean artifact(Digest artifact) {
                return pool.artifact(artifact).isPresent();
            }

            @Override
            public void close() {
                hold.close();
            }
        };
    }
}
