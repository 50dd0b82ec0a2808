package org.cloister.agent.conffile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.control.Change;
import org.cloister.agent.control.Conffile;
import org.cloister.agent.control.Conffile.Merge;
import org.cloister.agent.control.Conffile.Settled;
import org.cloister.agent.control.Conffile.Settlement;
import org.cloister.agent.control.Conffile.State;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.Incoming;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConffilesTest {
    private static final RootName WEB = new RootName("web");
    private static final String CONF = "etc/web.conf";
    private static final String OLD = "port 80\n\n\nuser web\n\n\nlog on\n";
    private static final String NEW = "port 80\n\n\nuser web\n\n\nlog off\n";
    private static final String MINE = "port 8080\n\n\nuser web\n\n\nlog on\n";
    private static final String BOTH = "port 8080\n\n\nuser web\n\n\nlog off\n";

    @TempDir
    Path temp;

    private final WrittenFiles union = new WrittenFiles();
    private ObjectStore store;
    private AgentDatabase database;
    private Conffiles conffiles;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        store = new ObjectStore(temp.resolve("state"));
        database = AgentDatabase.open(temp.resolve("agent.db"));
        conffiles = new Conffiles(store, union, database, temp.resolve("mnt"), temp.resolve("scratch"));
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    @Test
    void anEditIsShownWithWhatItBeganFrom() throws Exception {
        LinkedRoot one = root(OLD);
        write(CONF, MINE);
        assertThat(states(one)).containsExactly(file(State.EDITED, Merge.NONE));
        assertThat(conffiles.compare(one, CONF).yours()).contains("-port 80\n").contains("+port 8080\n");
    }

    @Test
    void anEditThatIsUndoneIsNone() throws Exception {
        LinkedRoot one = root(OLD);
        write(CONF, OLD);
        assertThat(states(one)).isEmpty();
    }

    @Test
    void afterAnUpgradeBothChangesAreShownAndMergedOnlyWhenAsked() throws Exception {
        LinkedRoot one = root(OLD);
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(one), image(two));
        conffiles.leave(image(one), image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.CLEAN));
        assertThat(read(CONF)).isEqualTo(MINE);
        assertThat(conffiles.compare(two, CONF).shipped()).contains("-log on\n").contains("+log off\n");

        Files.setPosixFilePermissions(path(CONF), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(conffiles.settle(two, List.of(), Settlement.MERGE)).containsExactly(new Settled(CONF, ""));
        assertThat(read(CONF)).isEqualTo(BOTH);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path(CONF))))
                .isEqualTo("rw-r-----");
        assertThat(states(two)).containsExactly(file(State.EDITED, Merge.NONE));
    }

    @Test
    void changesOfTheSameLinesAreLeftToTheirOwner() throws Exception {
        LinkedRoot two = root("port 81\n\n\nuser web\n\n\nlog on\n");
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.CONFLICT));
        assertThat(conffiles.settle(two, List.of(), Settlement.MERGE).get(0).trouble())
                .contains("same lines");
        assertThat(read(CONF)).isEqualTo(MINE);
        conffiles.settle(two, List.of(CONF), Settlement.KEEP);
        assertThat(states(two)).containsExactly(file(State.EDITED, Merge.NONE));
    }

    @Test
    void whatWasMergedByHandOrByACrashedMergeIsSettled() throws Exception {
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), image(two));
        write(CONF, BOTH);
        assertThat(states(two)).containsExactly(file(State.EDITED, Merge.NONE));
    }

    @Test
    void aRollbackToWhatItBeganFromLeavesNothingToSettle() throws Exception {
        LinkedRoot one = root(OLD);
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(one), image(two));
        conffiles.leave(image(two), image(one));
        assertThat(states(one)).containsExactly(file(State.EDITED, Merge.NONE));
        conffiles.leave(image(one), image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.CLEAN));
    }

    @Test
    void twoUpgradesLaterItStillMergesFromWhereTheEditBegan() throws Exception {
        LinkedRoot two = root(NEW);
        LinkedRoot three = root(NEW + "# three\n");
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), image(two));
        conffiles.leave(image(two), image(three));
        conffiles.settle(three, List.of(), Settlement.MERGE);
        assertThat(read(CONF)).isEqualTo(BOTH + "# three\n");
    }

    @Test
    void aDeletedConffileStaysDeleted() throws Exception {
        LinkedRoot two = root(NEW);
        union.changes.add(change(CONF, Change.Kind.DELETED, ""));
        conffiles.leave(image(root(OLD)), image(two));
        assertThat(states(two)).containsExactly(file(State.DELETED, Merge.NONE));
        assertThat(conffiles.settle(two, List.of(), Settlement.TAKE_NEW)).isEmpty();
        conffiles.settle(two, List.of(CONF), Settlement.TAKE_NEW);
        assertThat(union.resets).containsExactly(CONF);
    }

    @Test
    void anEditedFileThatIsShippedNoLongerIsKept() throws Exception {
        LinkedRoot two = root(null);
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), image(two));
        assertThat(states(two)).containsExactly(file(State.OBSOLETE, Merge.NONE));
        conffiles.settle(two, List.of(CONF), Settlement.KEEP);
        assertThat(states(two)).isEmpty();
    }

    @Test
    void anOwnFileThatAPackageBeginsToShipIsNotOverwrittenOrMerged() throws Exception {
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(root(null)), image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.IMPOSSIBLE));
        conffiles.settle(two, List.of(), Settlement.MERGE);
        assertThat(read(CONF)).isEqualTo(MINE);
    }

    @Test
    void whatIsResetAndEditedAgainBeganFromWhatIsShippedNow() throws Exception {
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), image(two));
        conffiles.forget(WEB, List.of("etc"));
        write(CONF, "port 9\n\n\nuser web\n\n\nlog off\n");
        assertThat(states(two)).containsExactly(file(State.EDITED, Merge.NONE));
    }

    @Test
    void aRemovedAndReinstalledRootStillKnowsWhatTheEditBeganFrom() throws Exception {
        LinkedRoot two = root(NEW);
        write(CONF, MINE);
        conffiles.leave(image(root(OLD)), HostImage.EMPTY);
        conffiles.leave(HostImage.EMPTY, image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.CLEAN));
    }

    @Test
    void listedConffilesOutsideOfEtcCountAndOtherWrittenFilesDoNot() throws Exception {
        LinkedRoot one = root(OLD);
        write("usr/lib/web/site.conf", "mine\n");
        write("usr/lib/web/data", "mine\n");
        assertThat(conffiles.list(one).stream().map(Conffile::path)).containsExactly("usr/lib/web/site.conf");
    }

    @Test
    void aLinkInARootLeadsNowhereOutOfIt() throws Exception {
        LinkedRoot two = root(NEW);
        Files.writeString(temp.resolve("secret"), "secret");
        Files.createDirectories(path("etc"));
        Files.createSymbolicLink(path(CONF), temp.resolve("secret"));
        union.changes.add(change(CONF, Change.Kind.MODIFIED, "f"));
        assertThatThrownBy(() -> conffiles.list(two)).isInstanceOf(IOException.class);
        Files.delete(path(CONF));
        Files.delete(path("etc"));
        Files.createDirectories(temp.resolve("elsewhere"));
        Files.writeString(temp.resolve("elsewhere/web.conf"), "secret");
        Files.createSymbolicLink(path("etc"), temp.resolve("elsewhere"));
        assertThatThrownBy(() -> conffiles.list(two)).isInstanceOf(IOException.class);
    }

    @Test
    void binaryContentIsKeptAndNotMerged() throws Exception {
        LinkedRoot two = root(NEW);
        write(CONF, "a\0b");
        conffiles.leave(image(root(OLD)), image(two));
        assertThat(states(two)).containsExactly(file(State.NEWER, Merge.IMPOSSIBLE));
    }

    @Test
    void aConffilesMemberMayFlagWhatIsToGo() {
        assertThat(ShippedFiles.paths("/etc/a\nremove-on-upgrade /etc/b\n\n/lib/c\n"))
                .containsExactly("etc/a", "usr/lib/c");
    }

    private static Conffile file(State state, Merge merge) {
        return new Conffile(WEB, CONF, state, merge);
    }

    private List<Conffile> states(LinkedRoot root) throws Exception {
        return conffiles.list(root);
    }

    private Path path(String path) {
        return temp.resolve("mnt/web").resolve(path);
    }

    private String read(String path) throws IOException {
        return Files.readString(path(path));
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(path(path).getParent());
        Files.writeString(path(path), text);
        union.changes.removeIf(change -> change.path().equals(path));
        union.changes.add(change(path, Change.Kind.MODIFIED, "f"));
    }

    private static Change change(String path, Change.Kind kind, String type) {
        return new Change(path, kind, type, false, 0644, 0, 0, "0.0", 1, null, "0:0", 1, 1, Map.of());
    }

    private static HostImage image(LinkedRoot root) {
        return new HostImage(
                new TreeMap<>(Map.of(WEB, root)),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                org.cloister.agent.image.DeviceBook.EMPTY,
                false);
    }

    /** @param conf content of the conffile, or null where the package has none */
    private LinkedRoot root(@org.jspecify.annotations.Nullable String conf) throws IOException, InterruptedException {
        SortedMap<String, String> files = new TreeMap<>();
        Optional.ofNullable(conf).ifPresent(text -> files.put(CONF, text));
        files.put("usr/lib/web/site.conf", "shipped\n");
        files.put("usr/lib/web/data", "shipped\n");
        files.put("var/lib/dpkg/info/web.conffiles", "/etc/web.conf\n/usr/lib/web/site.conf\n");
        LayerId layer = layer(files);
        PackageId id = PackageId.of("web", "1", "amd64");
        Closure closure = new Closure(List.of(new Closure.Member(id, layer.digest(), layer)));
        return new LinkedRoot(new RootTarget(WEB, id, closure), layer(new TreeMap<>(Map.of("etc/x", ""))));
    }

    private LayerId layer(SortedMap<String, String> files) throws IOException, InterruptedException {
        SortedMap<String, ManifestEntry> entries = new TreeMap<>();
        try (Incoming incoming = store.incoming()) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
                Digest digest = incoming.add(new ByteArrayInputStream(bytes));
                String path = file.getKey();
                for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    String parent = path.substring(0, slash);
                    entries.put(parent, ManifestEntry.directory(parent, 0755, 0, 0, FileTime.EPOCH));
                }
                entries.put(path, ManifestEntry.file(path, 0644, 0, 0, FileTime.EPOCH, bytes.length, digest));
            }
            incoming.commit();
        }
        return store.putLayer(Manifest.of(new ArrayList<>(entries.values())));
    }
}
