package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.agent.configure.UnpackedPackage.Conffile;
import org.cloister.agent.remote.PackageControl;
import org.cloister.events.deb.PackageId;
import org.junit.jupiter.api.Test;

class StatusTextTest {
    @Test
    void anUnpackedPackageHasItsFieldsAndConffilesAsDpkgWritesThem() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Package", "jq");
        fields.put("Version", "1.6-2");
        fields.put("Description", "JSON processor\n a line\n .\n another");
        fields.put("Filename", "pool/jq.deb");
        UnpackedPackage jq = new UnpackedPackage(
                PackageId.of("jq", "1.6-2", "amd64"),
                new PackageControl(fields),
                List.of(new Conffile("/etc/jq", "d41d8cd98f00b204e9800998ecf8427e")),
                List.of(),
                List.of());
        assertThat(StatusText.unpacked(jq)).isEqualTo("""
                Package: jq
                Status: install ok unpacked
                Version: 1.6-2
                Description: JSON processor
                 a line
                 .
                 another
                Conffiles:
                 /etc/jq d41d8cd98f00b204e9800998ecf8427e

                """);
    }

    @Test
    void continuationLinesWithoutTheirSpaceGetItBack() {
        UnpackedPackage a = new UnpackedPackage(
                PackageId.of("a", "1", "all"),
                new PackageControl(Map.of("Description", "x\nline\n\nend")),
                List.of(),
                List.of(),
                List.of());
        assertThat(StatusText.unpacked(a)).contains("Description: x\n line\n .\n end\n");
    }

    @Test
    void pendingTriggersAreSetOnInstalledPackagesOnly() {
        String status = "Package: libc-bin\nStatus: install ok installed\nArchitecture: amd64\n\n"
                + "Package: x\nStatus: install ok installed\nArchitecture: amd64\n\n";
        String changed = StatusText.withPending(status, Map.of("libc-bin", Set.of("ldconfig")));
        assertThat(changed)
                .contains("Package: libc-bin\nStatus: install ok triggers-pending\nArchitecture: amd64\n"
                        + "Triggers-Pending: ldconfig\n\n")
                .contains("Package: x\nStatus: install ok installed");
        assertThat(StatusText.notInstalled(changed)).containsExactly("libc-bin (install ok triggers-pending)");
    }

    @Test
    void triggersOfWhatCameSinceSetOffThoseWhoAreInterested() {
        UnpackedPackage libc = trigger("libc-bin", "interest-await ldconfig");
        UnpackedPackage man = trigger("man-db", "interest-noawait /usr/share/man");
        UnpackedPackage library = trigger("libjq1", "activate-noawait ldconfig");
        TriggerFiles files = TriggerFiles.of(
                List.of(libc, man), List.of(library), List.of("usr", "usr/share/manual/x", "usr/lib/x.so"));
        assertThat(files.pending()).containsOnlyKeys("libc-bin");
        assertThat(files.files())
                .containsEntry("File", "/usr/share/man man-db/noawait\n")
                .containsEntry("ldconfig", "libc-bin\n");
        assertThat(TriggerFiles.of(List.of(man), List.of(), List.of("usr/share/man/man1/x.1.gz"))
                        .pending())
                .containsOnlyKeys("man-db");
    }

    private static UnpackedPackage trigger(String name, String line) {
        return new UnpackedPackage(
                PackageId.of(name, "1", "amd64"), new PackageControl(Map.of()), List.of(), List.of(line), List.of());
    }
}
