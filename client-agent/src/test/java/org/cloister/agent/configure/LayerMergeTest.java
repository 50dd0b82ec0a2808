package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.Test;

class LayerMergeTest {
    @Test
    void theUpperEntryWins() {
        Manifest merged = LayerMerge.of(
                layer(dir("etc"), file("etc/a", "1"), file("etc/b", "1")), layer(dir("etc"), file("etc/a", "2")));
        assertThat(merged.entries()).containsExactly(dir("etc"), file("etc/a", "2"), file("etc/b", "1"));
    }

    @Test
    void aWhiteoutTakesTheTreeWithIt() {
        Manifest merged = LayerMerge.of(
                layer(dir("a"), dir("a/b"), file("a/b/c", "1"), file("a0", "1")),
                layer(dir("a"), ManifestEntry.whiteout("a/b")));
        assertThat(merged.entries()).containsExactly(dir("a"), ManifestEntry.whiteout("a/b"), file("a0", "1"));
    }

    @Test
    void aDirectoryOverAWhiteoutHidesWhatIsBelowBoth() {
        Manifest merged = LayerMerge.of(layer(ManifestEntry.whiteout("a")), layer(dir("a"), file("a/x", "1")));
        assertThat(merged.entries().get(0).type()).isEqualTo(EntryType.OPAQUE_DIRECTORY);
    }

    @Test
    void theNextNameOfAFileBecomesItsFirstWhenTheFirstGoes() {
        Manifest merged = LayerMerge.of(
                layer(file("a", "1"), ManifestEntry.hardLink("b", "a"), ManifestEntry.hardLink("c", "a")),
                layer(file("a", "2")));
        assertThat(merged.entries()).containsExactly(file("a", "2"), file("b", "1"), ManifestEntry.hardLink("c", "b"));
    }

    private static Manifest layer(ManifestEntry... entries) {
        return Manifest.of(List.of(entries));
    }

    private static ManifestEntry dir(String path) {
        return ManifestEntry.directory(path, 0755, 0, 0, FileTime.EPOCH);
    }

    private static ManifestEntry file(String path, String content) {
        return ManifestEntry.file(path, 0644, 0, 0, FileTime.EPOCH, content.length(), Digest.ofText(content));
    }
}
