package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.LowerEntry.Kind;
import org.junit.jupiter.api.Test;

/** docs/protocol.md, "Stacking". */
class LayerStackTest {
    private final Numbers numbers = new Numbers();

    private static LowerEntry entry(Kind kind, int permissions, String content) {
        return new LowerEntry(
                kind,
                permissions,
                0,
                0,
                0,
                content.length(),
                0,
                kind == Kind.LINK ? content : null,
                kind == Kind.FILE ? Digest.ofText(content) : null,
                Attributes.NONE);
    }

    /** Lines: {@code d path}, {@code f path content}, {@code l path target}, {@code h path first}, {@code w path}, {@code o path}. */
    private LowerLayer layer(String... lines) {
        LowerLayer.Builder layer = new LowerLayer.Builder(new LayerId(Digest.ofText(String.join("\n", lines))));
        for (String line : lines) {
            String[] words = line.split(" ");
            String last = words.length > 2 ? words[2] : "";
            switch (words[0]) {
                case "d" -> layer.add(words[1], entry(Kind.DIRECTORY, last.isEmpty() ? 0755 : 0700, ""));
                case "f" -> layer.add(words[1], entry(Kind.FILE, 0644, last));
                case "l" -> layer.add(words[1], entry(Kind.LINK, 0777, last));
                case "w" -> layer.add(words[1], entry(Kind.WHITEOUT, 0, ""));
                case "o" -> layer.add(words[1], entry(Kind.OPAQUE, 0755, ""));
                default -> layer.link(words[1], last);
            }
        }
        return layer.build(numbers);
    }

    private LowerTree stack(LowerLayer... layers) {
        return LowerTree.stack(numbers, List.of(layers));
    }

    private static List<String> paths(LowerTree tree) {
        List<String> paths = new ArrayList<>();
        collect("", tree.top(), paths);
        return paths;
    }

    private static void collect(String path, LowerNode directory, List<String> paths) {
        Children children = directory.children();
        for (int i = 0; i < children.size(); i++) {
            LowerNode child = children.node(i);
            paths.add(path + children.name(i));
            collect(path + children.name(i) + "/", child, paths);
        }
    }

    private static String content(LowerTree tree, String path) {
        LowerNode node = tree.resolve(path);
        return node == null || node.object() == null ? "none" : String.valueOf(node.object());
    }

    @Test
    void theHigherEntryWinsAndDirectoriesMerge() {
        LowerTree tree =
                stack(layer("d etc", "f etc/a 1", "f etc/b 1"), layer("d etc private", "f etc/b 2", "f etc/c 2"));
        assertThat(paths(tree)).containsExactly("etc", "etc/a", "etc/b", "etc/c");
        assertThat(content(tree, "etc/b")).isEqualTo(Digest.ofText("2").toString());
        LowerNode etc = tree.resolve("etc");
        assertThat(etc == null ? 0 : etc.mode()).isEqualTo(Mode.DIRECTORY | 0700);
    }

    @Test
    void aDirectoryOverALinkKeepsTheLinkAndFillsWhereItLeads() {
        LowerLayer base = layer("l lib usr/lib", "d usr", "d usr/lib", "f usr/lib/old 1");
        LowerTree tree = stack(base, layer("d lib", "d lib/deep", "f lib/deep/new 2", "f lib/old 2"));
        assertThat(paths(tree))
                .containsExactly("lib", "usr", "usr/lib", "usr/lib/deep", "usr/lib/deep/new", "usr/lib/old");
        assertThat(content(tree, "usr/lib/old")).isEqualTo(Digest.ofText("2").toString());
        LowerNode found = tree.resolve("lib/deep/new");
        assertThat(found).isNotNull().isSameAs(tree.resolve("usr/lib/deep/new"));
    }

    @Test
    void aChainOfRelativeAndAbsoluteLinksIsFollowedWithinTheRoot() {
        LowerLayer base = layer("d a", "l a/up ../b", "l b /../c", "d c", "d c/sub");
        LowerTree tree = stack(base, layer("d a", "d a/up", "d a/up/sub", "f a/up/sub/x 1"));
        assertThat(paths(tree)).containsExactly("a", "a/up", "b", "c", "c/sub", "c/sub/x");
    }

    @Test
    void aDirectoryOverALinkThatLeadsNowhereTakesItsPlace() {
        LowerTree tree = stack(layer("l lib gone", "l loop loop"), layer("d lib", "f lib/x 1", "d loop"));
        assertThat(paths(tree)).containsExactly("lib", "lib/x", "loop");
    }

    @Test
    void whiteoutsAndOpaqueDirectoriesHideWhatIsBelow() {
        LowerLayer base = layer("d a", "f a/x 1", "d b", "f b/x 1", "f c 1");
        LowerTree tree = stack(base, layer("d a", "w a/x", "o b", "f b/y 2", "w c", "d new", "w new/nothing"));
        assertThat(paths(tree)).containsExactly("a", "b", "b/y", "new");
    }

    @Test
    void whatIsNoDirectoryHidesADirectory() {
        LowerTree tree = stack(layer("d a", "f a/x 1"), layer("f a 2"), layer("d a", "f a/y 3"));
        assertThat(paths(tree)).containsExactly("a", "a/y");
    }

    @Test
    void hardLinksAreCountedAsTheRootShowsThem() {
        LowerLayer base = layer("d a", "f a/1 x", "h a/2 a/1", "h a/3 a/1");
        assertThat(links(stack(base), "a/1")).isEqualTo(3);
        assertThat(links(stack(base, layer("d a", "f a/2 y")), "a/1")).isEqualTo(2);
        LowerTree tree = stack(base);
        assertThat(tree.resolve("a/3")).isSameAs(tree.resolve("a/1"));
    }

    private static int links(LowerTree tree, String path) {
        LowerNode node = tree.resolve(path);
        return node == null ? -1 : tree.links(node);
    }

    @Test
    void whatOneLayerAloneHasIsSharedBetweenRoots() {
        LowerLayer base = layer("d usr", "d usr/share", "d usr/share/doc", "f usr/share/doc/x 1");
        LowerTree one = stack(base, layer("d usr", "d usr/bin", "f usr/bin/a 1"));
        LowerTree two = stack(base, layer("d usr", "d usr/bin", "f usr/bin/b 1"));
        assertThat(one.resolve("usr/share")).isSameAs(two.resolve("usr/share"));
        assertThat(one.resolve("usr")).isNotSameAs(two.resolve("usr"));
    }

    @Test
    void aLayerWithoutAParentOrWithALinkToNothingIsRefused() {
        assertThatThrownBy(() -> layer("f a/b 1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer("d a", "h a/b a/c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer("f a 1", "f a/b 1")).isInstanceOf(IllegalArgumentException.class);
    }
}
