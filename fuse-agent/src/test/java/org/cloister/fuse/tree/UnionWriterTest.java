package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.host.GuestGroup;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.tree.UnionWriter.Target;
import org.junit.jupiter.api.Test;

/** Names: what libfuse2 can't ask for, and listings that go on. */
class UnionWriterTest {
    private static final Birth FILE = new Birth(Mode.FILE | 0644, 5, 6, 0, null);
    private static final Birth DIRECTORY = new Birth(Mode.DIRECTORY | 0755, 5, 6, 0, null);
    private static final long TOP = UnionTree.TOP;

    private final UnionTree tree = UnionTree.fresh(shipped(), Journal.NONE);
    private final UnionWriter writer = new UnionWriter(tree);

    /** Directory "d" with "s0" to "s9", and a file "f". */
    private static LowerTree shipped() {
        Numbers numbers = new Numbers();
        LowerLayer.Builder layer = new LowerLayer.Builder(new LayerId(Digest.ofText("layer")));
        layer.add("d", entry(LowerEntry.Kind.DIRECTORY));
        for (int i = 0; i < 10; i++) {
            layer.add("d/s" + i, entry(LowerEntry.Kind.FILE));
        }
        layer.add("f", entry(LowerEntry.Kind.FILE));
        return LowerTree.stack(numbers, List.of(layer.build(numbers)));
    }

    private static LowerEntry entry(LowerEntry.Kind kind) {
        return new LowerEntry(kind, 0755, 0, 0, 1, 0, 0, null, Digest.ofText("content"), Attributes.NONE);
    }

    private Node at(long directory, String name) {
        return (Node) tree.lookup(directory, name);
    }

    private long local(String name) {
        return tree.local(at(TOP, name));
    }

    @Test
    void whatAGuestMakesBelongsToTheOwnerOfItsDirectory() {
        Birth fromGuest = new Birth(Mode.FILE | 0644, 0, GuestGroup.ID, 0, null);
        writer.create(TOP, "daemons", new Birth(Mode.DIRECTORY | 0755, 33, 44, 0, null), 1);
        writer.create(TOP, "everybodys", new Birth(Mode.DIRECTORY | Mode.STICKY | 0777, 33, 44, 0, null), 1);
        writer.create(TOP, "groups", new Birth(Mode.DIRECTORY | Mode.SETGID | 0775, 0, 44, 0, null), 1);
        List<String> owners = new ArrayList<>();
        for (String directory : List.of("daemons", "everybodys", "groups", "d")) {
            writer.create(local(directory), "file", fromGuest, 2);
            Node file = at(local(directory), "file");
            owners.add(directory + " " + file.uid() + ":" + file.gid());
        }
        assertThat(owners).containsExactly("daemons 33:44", "everybodys 0:0", "groups 0:44", "d 0:0");
    }

    @Test
    void aGuestsFileIsBornWithoutTheRightsOfItsOwner() {
        writer.create(TOP, "file", new Birth(Mode.FILE | 06755, 0, GuestGroup.ID, 0, null), 1);
        writer.create(TOP, "directory", new Birth(Mode.DIRECTORY | 02755, 0, GuestGroup.ID, 0, null), 1);
        writer.create(TOP, "chroots", new Birth(Mode.FILE | 06755, 0, 0, 0, null), 1);
        assertThat(List.of(
                        at(TOP, "file").mode(),
                        at(TOP, "directory").mode(),
                        at(TOP, "chroots").mode()))
                .containsExactly(Mode.FILE | 0755, Mode.DIRECTORY | 02755, Mode.FILE | 06755);
    }

    @Test
    void exchangedNamesLeadToEachOthersNodes() {
        Node directory = at(TOP, "d");
        Node file = at(TOP, "f");
        int links = tree.links(at(TOP, "d"));
        assertThat(writer.rename(TOP, "d", TOP, "f", Target.EXCHANGED, 9)).isInstanceOf(Node.class);
        assertThat(local("f")).isEqualTo(tree.local(directory));
        assertThat(local("d")).isEqualTo(tree.local(file));
        assertThat(tree.links(at(TOP, "f"))).isEqualTo(links);
        assertThat(writer.rename(TOP, "d", TOP, "none", Target.EXCHANGED, 9)).isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void exchangingADirectoryMovesALinkOfItsParents() {
        writer.create(TOP, "e", DIRECTORY, 1);
        writer.create(local("e"), "below", DIRECTORY, 1);
        assertThat(tree.links(at(TOP, "e"))).isEqualTo(3);
        writer.rename(local("e"), "below", local("d"), "s1", Target.EXCHANGED, 2);
        assertThat(tree.links(at(TOP, "e"))).isEqualTo(2);
        assertThat(tree.links(at(TOP, "d"))).isEqualTo(3);
    }

    @Test
    void aNameThatIsToBeKeptIsNotReplaced() {
        assertThat(writer.rename(TOP, "f", local("d"), "s1", Target.KEPT, 1)).isEqualTo(Status.EXISTS);
        assertThat(writer.rename(TOP, "f", local("d"), "free", Target.KEPT, 1)).isInstanceOf(Node.class);
    }

    @Test
    void aNamelessFileMayGetAName() {
        UpperNode file = (UpperNode) writer.createNameless(TOP, FILE, 1);
        assertThat(file.links()).isZero();
        assertThat(writer.link(file.local(), TOP, "named", 2)).isSameAs(file);
        assertThat(file.links()).isEqualTo(1);
        writer.unlink(TOP, "named", 3);
        assertThat(writer.link(file.local(), TOP, "again", 4))
                .as("unlinked, it has had its name")
                .isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void aListingGoesOnWhereItWasWhateverChanges() {
        long directory = local("d");
        for (int i = 0; i < 10; i++) {
            writer.create(directory, "b" + i, FILE, 1);
        }
        List<String> seen = new ArrayList<>();
        long[] cookie = {0};
        for (int round = 0; seen.size() < 100; round++) {
            int before = seen.size();
            listThree(directory, cookie, seen);
            if (seen.size() == before) {
                break;
            }
            writer.unlink(directory, seen.get(seen.size() - 1), 2);
            writer.create(directory, "later" + round, FILE, 2);
            writer.rename(TOP, "f", directory, "s0", Target.REPLACED, 2);
        }
        Set<String> once = new HashSet<>(seen);
        assertThat(once).hasSameSizeAs(seen);
        for (int i = 0; i < 10; i++) {
            assertThat(once).contains("s" + i, "b" + i);
        }
    }

    private void listThree(long directory, long[] cookie, List<String> seen) {
        Node node = tree.node(directory);
        int[] room = {3};
        if (node != null) {
            tree.list(node, cookie[0], (name, child, next) -> {
                if (room[0]-- == 0) {
                    return false;
                }
                seen.add(name);
                cookie[0] = next;
                return true;
            });
        }
    }

    @Test
    void aDefaultAclTakesThePlaceOfTheUmask() {
        byte[] list = {2, 0, 0, 0, 1, 0, 7, 0, -1, -1, -1, -1, 4, 0, 7, 0, -1, -1, -1, -1, 32, 0, 5, 0, -1, -1, -1, -1};
        new NodeWriter(tree).setAcl(at(TOP, "d"), "system.posix_acl_default", list, true, 1);
        Birth masked = new Birth(Mode.FILE | 0666, 077, 0, 0, 0, null);
        Node file = (Node) writer.create(local("d"), "new", masked, 1);
        assertThat(file.mode() & Mode.ACCESS).isEqualTo(0664);
        Node outside = (Node) writer.create(TOP, "outside", masked, 1);
        assertThat(outside.mode() & Mode.ACCESS).isEqualTo(0600);
    }
}
