package org.cloister.repo.http;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PutResult;

/** Objects and layers that an agent with the builder role made. */
final class ContentUploads {
    /** A manifest is held in memory while it is checked; the largest of Debian has 120,000 entries, about 20 MB. */
    private static final long MAX_MANIFEST = 64L * 1024 * 1024;

    private final Pool pool;
    private final Spool spool;

    ContentUploads(Pool pool, Spool spool) {
        this.pool = pool;
        this.spool = spool;
    }

    void register(Endpoints endpoints) {
        endpoints.on("putObject", exchange -> put(exchange, this::putObject));
        endpoints.on("putLayer", exchange -> put(exchange, this::putLayer));
    }

    @FunctionalInterface
    private interface Put {
        Put.Result of(Digest digest, Path file) throws Exception;

        record Result(PutResult put, boolean wasThere) {}
    }

    private record Stored(Digest digest, long size) {}

    private void put(Exchange exchange, Put put) {
        Digest digest = Digest.parse(exchange.path("digest"));
        exchange.then(spool.receive(exchange, file -> put.of(digest, file)), result -> {
            if (result.put() instanceof PutResult.Refused refused) {
                throw refusal(refused);
            }
            long size = ((PutResult.Stored) result.put()).blob().size();
            exchange.json(result.wasThere() ? HttpStatus.OK : HttpStatus.CREATED, new Stored(digest, size));
        });
    }

    private Put.Result putObject(Digest digest, Path file) throws Exception {
        boolean wasThere = pool.object(digest).isPresent();
        try (InputStream content = Files.newInputStream(file)) {
            return new Put.Result(pool.putObject(digest, content), wasThere);
        }
    }

    private Put.Result putLayer(Digest digest, Path file) throws Exception {
        LayerId layer = new LayerId(digest);
        boolean wasThere = pool.layer(layer).isPresent();
        if (Files.size(file) > MAX_MANIFEST) {
            throw LimitedBody.tooLarge(MAX_MANIFEST);
        }
        return new Put.Result(pool.putLayer(layer, Files.readAllBytes(file)), wasThere);
    }

    private static RefusedException refusal(PutResult.Refused refused) {
        Rule rule = switch (refused.reason()) {
            case WRONG_DIGEST -> Rule.DIGEST_MISMATCH;
            case NOT_A_MANIFEST, MISSING_OBJECTS -> Rule.LAYER_INCOMPLETE;
        };
        return RefusedException.of(rule, refused.detail(), "send what the digest names, objects before layers");
    }
}
