package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.session.Journals;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.StandingRecord;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reset whose daemon ends between the steps of it, and the successor. */
class CutOffResetTest {
    private static final List<String> SHIPPED = List.of("conf", "a", "b", "c");

    @TempDir
    Path temp;

    private StoreFixture store;
    private Generation shown;

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** What the kernel was told; the daemon is killed when it would tell it more than {@code patience} things. */
    private static final class Kernel implements KernelCache {
        final List<String> told = new ArrayList<>();
        int patience = Integer.MAX_VALUE;

        private void tell(String what) {
            if (told.size() == patience) {
                throw new Killed();
            }
            told.add(what);
        }

        @Override
        public void forgetName(long directory, String name) {
            tell(directory + "/" + name);
        }

        @Override
        public void forgetNode(long node) {
            tell(Long.toString(node));
        }

        @Override
        public boolean knows(long node) {
            return true;
        }

        @Override
        public boolean knowsAny(LongPredicate nodes) {
            return true;
        }
    }

    /** One daemon of the session. */
    private final class Process {
        final Union union;
        final GenerationSwitch generations;
        final StandingRecord succession;
        final Stat stat = new Stat();

        Process(Kernel kernel) throws IOException {
            SessionMemory memory = SessionMemory.open(temp.resolve("session"));
            union = Union.over(new FakeBacking(store.state()), new Ownership.Recorded(), Clock.systemUTC());
            succession = new StandingRecord(memory);
            generations = union.generations(
                    new ManifestLayers(store.state(), union.numbers()),
                    new WritableTables(store.state(), new Journals(memory)),
                    kernel,
                    succession);
        }

        long node(String path) {
            assertThat(union.reader().lookup(NodeId.MOUNT, "x", stat)).isEqualTo(Status.OK);
            for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
                if (union.reader().lookup(stat.node, name, stat) != Status.OK) {
                    return -1;
                }
            }
            return stat.node;
        }

        void make(String directory, String name, int mode) {
            assertThat(union.changes().create(node(directory), name, new Birth(mode, 0, 0, 0, null), stat))
                    .isEqualTo(Status.OK);
        }

        List<Long> shipped() {
            return SHIPPED.stream().map(name -> node("etc/" + name)).toList();
        }

        int reset() throws IOException {
            return new WrittenLayer(union.roots(), generations).reset("x", List.of());
        }
    }

    @BeforeEach
    void ship() throws IOException {
        Files.createFile(temp.resolve("session"));
        Files.createDirectories(temp.resolve("shipped/etc"));
        for (String name : SHIPPED) {
            Files.writeString(temp.resolve("shipped/etc/" + name), name);
        }
        store = new StoreFixture(temp.resolve("state"));
        Path file = store.generation("1", Map.of("x", List.of(store.layer(temp.resolve("shipped")))));
        shown = Generation.parse(Files.readString(file));
    }

    private Process take(Kernel kernel) throws IOException {
        Process successor = new Process(kernel);
        Standing standing = Objects.requireNonNull(successor.succession.recorded());
        successor.generations.takeOver(standing);
        successor.generations.settle(standing);
        return successor;
    }

    @Test
    void aSuccessorTellsTheKernelEveryNameThatOnlyItsPredecessorKnew() throws IOException {
        for (int told = 0; told < 5; told++) {
            Kernel kernel = new Kernel();
            Process dying = new Process(kernel);
            dying.generations.apply(shown);
            dying.make("etc", "written", Mode.FILE | 0644);
            dying.make("", "made", Mode.DIRECTORY | 0755);
            dying.make("made", "below", Mode.FILE | 0644);
            String inEtc = dying.node("etc") + "/written";
            String inMade = dying.node("made") + "/below";
            kernel.patience = kernel.told.size() + told;
            assertThatThrownBy(dying::reset).isInstanceOf(Killed.class);
            dying.generations.close(); // SQLite has it all, and no name of what is gone

            Kernel heard = new Kernel();
            Process successor = take(heard);
            assertThat(heard.told).as("after %d", told).contains(inEtc, inMade);
            assertThat(successor.node("made")).isEqualTo(-1);
            assertThat(successor.node("etc/written")).isEqualTo(-1);
            assertThat(successor.node("etc/conf")).isPositive();
            assertThat(successor.succession.isUnsettled()).isFalse();
            successor.generations.close();
            Files.write(temp.resolve("session"), new byte[0]);
        }
    }

    @Test
    void aResetThatWasNotPublishedIsNone() throws IOException {
        Process dying = new Process(new Kernel());
        dying.generations.apply(shown);
        dying.make("", "made", Mode.DIRECTORY | 0755);
        long made = dying.node("made");
        dying.succession.forgetting(List.of(new Succession.Forgotten(made, null)));
        dying.succession.unsettled(true);
        dying.generations.close();
        Process successor = take(new Kernel());
        assertThat(successor.node("made")).isEqualTo(made);
        successor.generations.close();
    }

    @Test
    void aSuccessorGivesNobodyTheNumberThatAShippedFileGotByAReset() throws IOException {
        Process first = new Process(new Kernel());
        first.generations.apply(shown);
        for (String name : SHIPPED) {
            assertThat(first.union.changes().setMode(first.node("etc/" + name), 0600, first.stat))
                    .isEqualTo(Status.OK);
        }
        assertThat(first.reset()).isEqualTo(SHIPPED.size());
        List<Long> numbers = first.shipped();
        first.generations.close();
        Process successor = take(new Kernel());
        assertThat(successor.shipped()).isEqualTo(numbers);
        for (int i = 0; i < 2 * SHIPPED.size(); i++) {
            successor.make("", "made" + i, Mode.FILE | 0644);
            assertThat(successor.node("made" + i)).isNotIn(numbers);
        }
        assertThat(successor.shipped()).isEqualTo(numbers);
        successor.generations.close();
    }
}
