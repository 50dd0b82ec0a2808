package org.cloister.agent.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.Test;

class MetapackageTest {
    private static final String STATUS = """
            Package: all-tools
            Status: install ok installed
            Depends: fast, a-tool (>= 1) | b-tool:any

            Package: all
            Status: install ok installed
            Pre-Depends: before
            Depends: cc (>= 4:12.2), make
            Description: not this
             Depends: nor this

            Package: broken
            Depends: ((
            """;

    @Test
    void aPackageWithDocumentationOnlyIsOne() {
        assertThat(Metapackage.test(shipped("usr/share/doc/all/copyright", "var/lib/dpkg/info/all.list")))
                .isTrue();
        assertThat(Metapackage.test(shipped("usr/share/doc/all/copyright", "usr/share/zoneinfo/UTC")))
                .isFalse();
    }

    @Test
    void theNamesOfItsDependenciesAreRead() {
        assertThat(Metapackage.dependencies(STATUS, new PackageName("all")))
                .containsExactlyInAnyOrder("before", "cc", "make");
        assertThat(Metapackage.dependencies(STATUS, new PackageName("all-tools")))
                .containsExactlyInAnyOrder("fast", "a-tool", "b-tool");
        assertThat(Metapackage.dependencies(STATUS, new PackageName("broken"))).isEmpty();
        assertThat(Metapackage.dependencies(STATUS, new PackageName("missing"))).isEmpty();
    }

    private static Manifest shipped(String... files) {
        List<ManifestEntry> entries = new ArrayList<>();
        for (String file : files) {
            for (int slash = file.indexOf('/'); slash > 0; slash = file.indexOf('/', slash + 1)) {
                String directory = file.substring(0, slash);
                if (entries.stream().noneMatch(entry -> entry.path().equals(directory))) {
                    entries.add(ManifestEntry.directory(directory, 0755, 0, 0, FileTime.EPOCH));
                }
            }
            entries.add(ManifestEntry.file(file, 0644, 0, 0, FileTime.EPOCH, 1, Digest.ofText(file)));
        }
        return Manifest.of(entries);
    }
}
