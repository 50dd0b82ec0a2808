package org.cloister.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A predecessor that ended at any point, and who goes on with its memory. */
class SessionTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void empty() throws IOException {
        file = Files.createFile(temp.resolve("session"));
    }

    private Journals journals() throws IOException {
        return new Journals(SessionMemory.open(file));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static List<String> replayed(RedoJournal journal) {
        List<String> records = new ArrayList<>();
        journal.replay(record -> records.add(text(record)));
        return records;
    }

    @Test
    void whatWasPublishedIsReplayedInItsOrderAndNothingElse() throws IOException {
        RedoJournal journal = journals().of(7);
        journal.append(bytes("a"));
        journal.append(bytes("bb"));
        journal.publish();
        journal.append(bytes("ccc"));
        journal.publish();
        journal.append(bytes("never published"));
        Journals next = journals();
        assertThat(next.published(7)).isEqualTo(2);
        assertThat(replayed(next.of(7))).containsExactly("a", "bb", "ccc");
        assertThat(replayed(next.of(8))).isEmpty();
    }

    @Test
    void whatWasNeverPublishedDoesNotCountWhenItsNumberIsGivenAgain() throws IOException {
        RedoJournal journal = journals().of(0);
        journal.append(bytes("lost"));
        journal.stand(bytes("lost too"));
        RedoJournal second = journals().of(0);
        second.append(bytes("mine"));
        second.publish();
        RedoJournal third = journals().of(0);
        assertThat(replayed(third)).containsExactly("mine");
        assertThat(third.standing()).isNull();
    }

    @Test
    void whatWasDroppedIsNotReplayedAndItsMemoryIsUsedAgain() throws IOException {
        RedoJournal journal = journals().of(1);
        byte[] large = new byte[100_000];
        for (int round = 0; round < 100; round++) {
            journal.append(ByteBuffer.wrap(large));
            journal.publish();
            journal.drop(journal.published());
        }
        assertThat(Files.size(file)).isLessThan(4L << 20);
        journal.append(bytes("kept"));
        journal.publish();
        assertThat(replayed(journals().of(1))).containsExactly("kept");
    }

    @Test
    void aRecordMayBeLargerThanAChunk() throws IOException {
        RedoJournal journal = journals().of(1);
        byte[] large = new byte[3 * Journals.CHUNK];
        large[large.length - 1] = 'x';
        journal.append(bytes("before"));
        journal.append(ByteBuffer.wrap(large));
        journal.append(bytes("after"));
        journal.publish();
        List<Integer> sizes = new ArrayList<>();
        journals().of(1).replay(record -> sizes.add(record.remaining()));
        assertThat(sizes).containsExactly(6, large.length, 5);
    }

    @Test
    void whatStandsStaysUntilAnotherTakesItsPlace() throws IOException {
        RedoJournal journal = journals().of(2);
        journal.stand(bytes("first"));
        journal.publish();
        journal.drop(journal.published());
        assertThat(text(journals().of(2).standing())).isEqualTo("first");
        journal.stand(bytes("second"));
        assertThat(text(journals().of(2).standing())).isEqualTo("first");
        journal = journals().of(2);
        journal.stand(bytes("third"));
        journal.publish();
        assertThat(text(journals().of(2).standing())).isEqualTo("third");
    }

    @Test
    void aWholeRecordIsTheOldOneOrTheNewOne() throws IOException {
        WholeRecord record = new WholeRecord(SessionMemory.open(file), SessionMemory.Word.STANDING_AT);
        assertThat(record.get()).isNull();
        for (int i = 1; i < 50; i++) {
            record.replace(bytes("x".repeat(i * 1000)));
            ByteBuffer found = new WholeRecord(SessionMemory.open(file), SessionMemory.Word.STANDING_AT).get();
            assertThat(found).isNotNull();
            assertThat(found.remaining()).isEqualTo(i * 1000);
        }
    }

    @Test
    void countsAreTakenOver() throws IOException {
        Random random = new Random(11);
        Map<Long, Long> model = new HashMap<>();
        for (int session = 0; session < 5; session++) {
            KnownNodes counts = new KnownNodes(SessionMemory.open(file), 5);
            model.forEach((key, count) -> assertThat(counts.get(key)).isEqualTo(count));
            for (int i = 0; i < 20_000; i++) {
                long key = 1 + random.nextInt(5000);
                long difference = random.nextInt(3) == 0 ? -1 : 1;
                counts.add(key, difference);
                if (model.merge(key, difference, Long::sum) <= 0) {
                    model.remove(key);
                }
            }
            assertThat(counts.size()).isEqualTo(model.size());
        }
    }

    @Test
    void aWorkersRequestIsMadeOnceItsGroupCounts() throws IOException {
        SessionMemory memory = SessionMemory.open(file);
        Journals journals = new Journals(memory);
        RedoJournal journal = journals.of(3);
        WorkerMemory worker =
                WorkerMemory.of(memory, journals::published, 2, 1, 10_000).get(1);
        worker.making(99, 3, journal.published() + 1, 1234);
        assertThat(successor().wasMade(99)).as("killed before it counted").isFalse();
        journal.append(bytes("the change"));
        journal.publish();
        WorkerMemory successor = successor();
        assertThat(successor.wasMade(99)).isTrue();
        assertThat(successor.node()).isEqualTo(1234);
        assertThat(successor.wasMade(98)).isFalse();
    }

    private WorkerMemory successor() throws IOException {
        SessionMemory memory = SessionMemory.open(file);
        return WorkerMemory.of(memory, new Journals(memory)::published, 2, 1, 10_000)
                .get(1);
    }

    @Test
    void aSpareWorkersMemoryIsEmptyWhenItIsTakenAndASuccessorFindsWhatIsInIt() throws IOException {
        WorkerMemory spare = spare();
        assertThat(spare.isTaken()).isFalse();
        spare.take();
        spare.bytes().put(spare.body(), (byte) 7);
        WorkerMemory successor = spare();
        assertThat(successor.isTaken()).isTrue();
        assertThat(successor.bytes().get(successor.body())).isEqualTo((byte) 7);
        successor.giveBack();
        assertThat(spare().isTaken()).isFalse();
        successor.take();
        assertThat(successor.bytes().get(successor.body())).isZero();
    }

    private WorkerMemory spare() throws IOException {
        SessionMemory memory = SessionMemory.open(file);
        return WorkerMemory.of(memory, new Journals(memory)::published, 2, 1, 10_000)
                .get(2);
    }

    @Test
    void memoryOfSomethingElseIsRefused() throws IOException {
        Files.writeString(file, "x".repeat(1 << 20));
        assertThatThrownBy(() -> SessionMemory.open(file)).isInstanceOf(IOException.class);
    }
}
