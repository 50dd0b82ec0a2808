package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent is the machine's root and works on trees that packages made. */
class ScratchFilesTest {
    @TempDir
    Path temp;

    private Path host;
    private Path root;
    private ScratchFiles files;

    @BeforeEach
    void links() throws IOException {
        host = Files.createDirectory(temp.resolve("host"));
        Files.writeString(host.resolve("shadow"), "secret");
        root = Files.createDirectories(temp.resolve("root"));
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("usr/sbin"));
        files = new ScratchFiles(root);
    }

    @Test
    void aLinkOutOfTheRootIsReplacedAndNotWrittenThrough() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/passwd"), host.resolve("shadow"));
        files.write("etc/passwd", "root:x:0:0\n");
        assertThat(host.resolve("shadow")).hasContent("secret");
        assertThat(root.resolve("etc/passwd")).isRegularFile().hasContent("root:x:0:0");
    }

    @Test
    void whatALinkLeadsToIsOfTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/passwd"), host.resolve("shadow"));
        assertThat(files.text("etc/passwd")).isEmpty();
        Files.createSymbolicLink(root.resolve("etc/group"), Path.of("/etc/real"));
        Files.writeString(root.resolve("etc/real"), "of the root");
        assertThat(files.text("etc/group")).contains("of the root");
        Files.createSymbolicLink(root.resolve("etc/up"), Path.of("../../../../.." + host + "/shadow"));
        assertThat(files.exists("etc/up")).isFalse();
        Files.createDirectory(root.resolve("etc/dir"));
        assertThatThrownBy(() -> files.text("etc/dir")).hasMessageContaining("no regular file");
    }

    @Test
    void aDirectoryThatIsALinkLeadsToOneOfTheRootOrNowhere() throws IOException {
        Files.createSymbolicLink(root.resolve("out"), host);
        Files.createSymbolicLink(root.resolve("in"), Path.of("/etc"));
        assertThatThrownBy(() -> files.write("out/x", "x")).hasMessageContaining("no directory for it in the root");
        assertThatThrownBy(() -> files.directory("out/deep")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.place("etc/..")).isInstanceOf(IOException.class);
        files.write("in/x", "x");
        files.directory("in/a/b");
        assertThat(root.resolve("etc/x")).hasContent("x");
        assertThat(root.resolve("etc/a/b")).isDirectory();
        assertThat(host)
                .isDirectoryContaining(path -> path.endsWith("shadow"))
                .isDirectoryNotContaining("glob:**/{x,deep}");
    }

    @Test
    void aRootIsSetUpWithoutWritingToTheHost() throws IOException {
        Files.createDirectories(root.resolve("var/lib/dpkg/info"));
        Path cron = host.resolve("cron");
        Files.createSymbolicLink(root.resolve("var/lib/dpkg/status"), cron);
        Files.createSymbolicLink(root.resolve("usr/sbin/policy-rc.d"), cron);
        Files.createSymbolicLink(root.resolve("var/lib/dpkg/updates"), host.resolve("updates"));
        assertThatThrownBy(() -> new ScratchSetup(root).apply(List.of(), List.of(), List.of()))
                .isInstanceOf(IOException.class);
        Files.delete(root.resolve("var/lib/dpkg/updates"));
        new ScratchSetup(root).apply(List.of(), List.of(), List.of());
        assertThat(cron).doesNotExist();
        assertThat(host.resolve("updates")).doesNotExist();
        assertThat(root.resolve("usr/sbin/policy-rc.d")).isRegularFile().isExecutable();
    }

    /** The database of diversions is the script's to write, and so is the way to where it leads. */
    @Test
    void aDiversionIsNotSettledOutOfTheRoot() throws IOException, InterruptedException {
        ObjectStore store = new ObjectStore(temp.resolve("state"));
        ManifestEntry link = ManifestEntry.symlink("usr/job", 0, 0, FileTime.EPOCH, "anything");
        LayerId layer =
                store.putLayer(Manifest.of(List.of(ManifestEntry.directory("usr", 0755, 0, 0, FileTime.EPOCH), link)));
        Closure.Member member = new Closure.Member(PackageId.of("evil", "1", "amd64"), Digest.ofText("evil"), layer);
        Files.createDirectories(root.resolve("var/lib/dpkg"));
        Files.createSymbolicLink(root.resolve("out"), host);
        for (String to : List.of("/out/job", "/../host/job", "/usr/../../host/job")) {
            Files.writeString(root.resolve("var/lib/dpkg/diversions"), "/usr/job\n" + to + "\nother\n");
            assertThat(settled(new Diversions(root, store), member)).isFalse();
            assertThat(host.resolve("job")).doesNotExist();
        }
    }

    private static boolean settled(Diversions diversions, Closure.Member member) {
        try {
            diversions.settle(new Closure(List.of(member)));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
