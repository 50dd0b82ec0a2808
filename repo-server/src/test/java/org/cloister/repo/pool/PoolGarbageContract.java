package org.cloister.repo.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is condemned goes in its time, unless somebody wants it; a crash leaves it whole. */
abstract class PoolGarbageContract {
    private static final RequestId REQUEST = new RequestId("collection-1");
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
    static final Digest OBJECT = Digest.of(CONTENT);

    @TempDir
    Path directory = Path.of("");

    /** A pool that has what the one before had that was closed. */
    abstract DirectoryPool open() throws IOException;

    /** Past the lookups, which would spare it. */
    abstract boolean isThere() throws IOException;

    /** Whether nothing is on its way out. */
    abstract boolean nothingIsAside() throws IOException;

    /** What was written before this is older than what is condemned after it, as the store tells times. */
    abstract void passed();

    abstract void damageTheCondemned() throws IOException;

    private static void put(DirectoryPool pool) throws IOException {
        assertThat(pool.putObject(OBJECT, new ByteArrayInputStream(CONTENT))).isInstanceOf(PutResult.Stored.class);
    }

    /** As a collector does it. */
    private static Instant condemn(DirectoryPool pool) throws IOException {
        Map<Digest, Instant> going = new HashMap<>();
        pool.garbage().each(ContentKind.OBJECT, file -> going.put(file.digest(), file.modified()));
        Instant now = Instant.now();
        pool.garbage().condemn(going, now);
        return now;
    }

    private static boolean remove(DirectoryPool pool, Instant before) throws Exception {
        try (PoolGarbage.Removal removal = pool.garbage().remove(REQUEST, before)) {
            boolean taken = removal.take(ContentKind.OBJECT, OBJECT);
            removal.settle();
            removal.finish();
            return taken;
        }
    }

    @Test
    void whatIsCondemnedLongEnoughGoes() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            assertThat(remove(pool, Instant.now())).as("not condemned").isFalse();
            Instant condemned = condemn(pool);
            assertThat(remove(pool, condemned.minusMillis(1))).as("too early").isFalse();
            assertThat(isThere()).isTrue();
            assertThat(remove(pool, condemned)).isTrue();
            assertThat(isThere()).isFalse();
            assertThat(pool.object(OBJECT)).isEmpty();
            assertThat(nothingIsAside()).isTrue();
        }
    }

    @Test
    void whoFindsItLiftsTheCondemnation() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            assertThat(pool.object(OBJECT)).isPresent();
            assertThat(pool.garbage().condemnedSince(OBJECT)).isNull();
            assertThat(remove(pool, Instant.now())).isFalse();
            assertThat(isThere()).isTrue();
        }
    }

    @Test
    void anUploadOfTheSameContentLiftsIt() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            put(pool);
            assertThat(remove(pool, Instant.now())).isFalse();
            assertThat(isThere()).isTrue();
        }
    }

    @Test
    void whatWasSparedBeforeACrashIsSparedAfterIt() throws Exception {
        Instant condemned;
        try (DirectoryPool pool = open()) {
            put(pool);
            condemned = condemn(pool);
            put(pool);
        }
        try (DirectoryPool pool = open()) {
            Instant again = condemn(pool);
            assertThat(again).isAfter(condemned);
            assertThat(remove(pool, condemned)).as("its time begins anew").isFalse();
            assertThat(isThere()).isTrue();
        }
    }

    @Test
    void aCondemnationOutlivesTheProcess() throws Exception {
        Instant condemned;
        try (DirectoryPool pool = open()) {
            put(pool);
            passed();
            condemned = condemn(pool);
        }
        try (DirectoryPool pool = open()) {
            assertThat(condemn(pool)).isAfter(condemned);
            assertThat(pool.garbage().condemnedSince(OBJECT)).isEqualTo(condemned);
            assertThat(remove(pool, condemned)).isTrue();
        }
    }

    @Test
    void whatIsInUseDoesNotGo() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            try (PoolUse use = pool.use()) {
                assertThat(use.keepObject(OBJECT)).isTrue();
                condemn(pool);
                assertThat(remove(pool, Instant.now())).isFalse();
            }
            condemn(pool);
            assertThat(remove(pool, Instant.now())).isTrue();
        }
    }

    @Test
    void nothingGoesWhileAllIsHeld() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            try (PoolGarbage.Hold hold = pool.garbage().hold()) {
                assertThat(hold).isNotNull();
                assertThat(remove(pool, Instant.now())).isFalse();
            }
            assertThat(remove(pool, Instant.now())).isTrue();
        }
    }

    @Test
    void aRemovalThatFailsBringsEverythingBack() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            try (PoolGarbage.Removal removal = pool.garbage().remove(REQUEST, Instant.now())) {
                assertThat(removal.take(ContentKind.OBJECT, OBJECT)).isTrue();
                assertThat(isThere()).isFalse();
            }
            assertThat(isThere()).isTrue();
            assertThat(pool.object(OBJECT)).isPresent();
        }
    }

    @Test
    void aCrashBeforeTheRecordBringsEverythingBackAndOneAfterItDoesNot() throws Exception {
        for (boolean recorded : new boolean[] {false, true}) {
            try (DirectoryPool pool = open()) {
                put(pool);
                condemn(pool);
                PoolGarbage.Removal removal = pool.garbage().remove(REQUEST, Instant.now());
                assertThat(removal.take(ContentKind.OBJECT, OBJECT)).isTrue();
                removal.settle();
                // the process ends here
            }
            try (DirectoryPool pool = open()) {
                int settled = pool.garbage().settle(request -> {
                    assertThat(request).isEqualTo(REQUEST);
                    return recorded;
                });
                assertThat(settled).isEqualTo(1);
                assertThat(isThere()).isEqualTo(!recorded);
                assertThat(nothingIsAside()).isTrue();
                assertThat(pool.garbage().settle(request -> false)).isZero();
            }
        }
    }

    @Test
    void whatCameAnewIsNotOverwrittenByWhatComesBack() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
            try (PoolGarbage.Removal removal = pool.garbage().remove(REQUEST, Instant.now())) {
                assertThat(removal.take(ContentKind.OBJECT, OBJECT)).isTrue();
                put(pool);
                assertThat(isThere()).isTrue();
            }
            assertThat(Objects.requireNonNull(pool.object(OBJECT).orElse(null)).bytes())
                    .isEqualTo(CONTENT);
            assertThat(nothingIsAside()).isTrue();
        }
    }

    @Test
    void aDamagedListOfTheCondemnedCondemnsNothing() throws Exception {
        try (DirectoryPool pool = open()) {
            put(pool);
            condemn(pool);
        }
        damageTheCondemned();
        try (DirectoryPool pool = open()) {
            assertThat(pool.garbage().condemnedSince(OBJECT)).isNull();
            assertThat(remove(pool, Instant.now())).isFalse();
        }
    }
}
