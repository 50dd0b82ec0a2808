package org.cloister.repo.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Patches of Packages.diff: applied as {@code ed} would, and refused where they are none. */
class EdScriptTest {
    private static final int MAX = 1 << 20;
    private static final String FILE = "1\n2\n3\n4\n5\n";

    private static String applied(String file, String... scripts) throws IOException {
        java.io.InputStream content = new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8));
        for (String script : scripts) {
            content = new PatchedStream(content, parse(script));
        }
        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static EdScript parse(String script) throws IOException {
        return EdScript.parse(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)), MAX);
    }

    private static void refused(String script) {
        assertThatThrownBy(() -> applied(FILE, script))
                .as(script)
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        e -> assertThat(e.problem())
                                .isIn(UpstreamException.Problem.MALFORMED, UpstreamException.Problem.TOO_LARGE));
    }

    @Test
    void linesAreAddedChangedAndDeleted() throws IOException {
        assertThat(applied(FILE, "5a\n6\n7\n.\n2,3c\nx\n.\n1d\n")).isEqualTo("x\n4\n5\n6\n7\n");
        assertThat(applied(FILE, "0a\n0\n.\n")).isEqualTo("0\n" + FILE);
        assertThat(applied(FILE, "1,5d\n")).isEmpty();
        assertThat(applied(FILE, "")).isEqualTo(FILE);
        assertThat(applied("", "0a\na\n.\n")).isEqualTo("a\n");
    }

    @Test
    void aLineThatIsADotComesAsTwo() throws IOException {
        assertThat(applied(FILE, "2a\nx\n..\n.\ns/.//\na\ny\n.\n")).isEqualTo("1\n2\nx\n.\ny\n3\n4\n5\n");
        assertThat(applied(FILE, "5c\n..\n.\ns/.//\n1d\n")).isEqualTo("2\n3\n4\n.\n");
    }

    @Test
    void patchesOneAfterTheOther() throws IOException {
        assertThat(applied(FILE, "5d\n", "4a\nx\n.\n", "1,2c\ny\n.\n")).isEqualTo("y\n3\n4\nx\n");
    }

    @Test
    void whatIsNoPatchOfThisFileIsRefused() {
        for (String script : List.of(
                "7a\nx\n.\n",
                "6d\n",
                "4,9d\n",
                "0d\n",
                "0c\nx\n.\n",
                "3,2d\n",
                "1,2a\nx\n.\n",
                "1d\n2d\n",
                "2c\nx\n",
                "2c\nx\n.",
                "2",
                "\n",
                "x\n",
                "1,2,3d\n",
                "-1d\n",
                "s/.//\n",
                "2a\nx\n.\ns/.//\n",
                "99999999999999999999d\n",
                "!rm\n",
                "w file\n")) {
            refused(script);
        }
        refused("1a\n" + "x".repeat(MAX) + "\n.\n");
    }

    @Test
    void anyEditIsFollowed() throws IOException {
        Random random = new Random(20261128);
        for (int round = 0; round < 500; round++) {
            List<String> lines = lines(random, random.nextInt(60));
            List<String> commands = new ArrayList<>();
            List<String> wanted = new ArrayList<>();
            int at = 0;
            while (at <= lines.size()) {
                int kept = Math.min(lines.size() - at, random.nextInt(12));
                wanted.addAll(lines.subList(at, at + kept));
                at += kept;
                int removed = Math.min(lines.size() - at, random.nextInt(4));
                List<String> added = lines(random, random.nextInt(4));
                commands.add(0, command(at, removed, added));
                wanted.addAll(added);
                at += removed + (at + removed == lines.size() ? 1 : 0);
            }
            assertThat(applied(text(lines), String.join("", commands))).isEqualTo(text(wanted));
        }
    }

    private static String command(int at, int removed, List<String> added) {
        String range = (at + 1) + (removed > 1 ? "," + (at + removed) : "");
        if (added.isEmpty()) {
            return removed == 0 ? "" : range + "d\n";
        }
        StringBuilder text = new StringBuilder(removed == 0 ? at + "a\n" : range + "c\n");
        boolean open = true;
        for (String line : added) {
            text.append(open ? "" : "a\n");
            open = !line.equals(".");
            text.append(open ? line + "\n" : "..\n.\ns/.//\n");
        }
        return text.append(open ? ".\n" : "").toString();
    }

    private static List<String> lines(Random random, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(10);
            lines.add(kind == 0 ? "." : kind == 1 ? "" : kind == 2 ? ".." : "ä" + random.nextInt(1000));
        }
        return lines;
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    @Test
    void noBytesMakeItDoAnythingElseThanRefuse() {
        Random random = new Random(7);
        String alphabet = "0123456789acds/.,\n\n\n";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder script = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                script.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                applied(FILE, script.toString());
            } catch (IOException e) {
                assertThat(e).as(script.toString()).isInstanceOf(UpstreamException.class);
            }
        }
    }
}
