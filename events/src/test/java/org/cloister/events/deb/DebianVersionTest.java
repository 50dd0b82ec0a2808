package org.cloister.events.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DebianVersionTest {
    private static final long SEED = 20_260_101;
    /** A colon in the upstream version needs an epoch before it, a dash needs a revision behind it. */
    private static final Pattern FORM = Pattern.compile("[0-9]{1,9}:[0-9][A-Za-z0-9.+~:]*"
            + "|[0-9]{1,9}:[0-9][A-Za-z0-9.+~:-]*-[A-Za-z0-9+.~]+"
            + "|[0-9][A-Za-z0-9.+~]*"
            + "|[0-9][A-Za-z0-9.+~-]*-[A-Za-z0-9+.~]+");

    @Test
    void tildesSortBeforeEverythingEvenTheEnd() {
        List<String> ordered = List.of("1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0+b1", "1:0.1");
        for (int i = 0; i + 1 < ordered.size(); i++) {
            assertThat(DebianVersion.compare(ordered.get(i), ordered.get(i + 1)))
                    .as(ordered.get(i) + " < " + ordered.get(i + 1))
                    .isNegative();
        }
        assertThat(DebianVersion.compare("1.0", "1.00")).isZero();
        assertThat(DebianVersion.compare("1.0", "1.0-0")).isZero();
        assertThat(DebianVersion.compare("0:1.0", "1.0")).isZero();
    }

    @Test
    void whatDpkgRefusesIsRefused() {
        for (String bad : List.of("", "a", "1.0-", "x:1", "1 0", "1_0", ":1", "1:", "1.0/2")) {
            assertThatThrownBy(() -> new DebianVersion(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theFormIsThatOfThePolicy() {
        Random random = new Random(SEED);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(7); c > 0; c--) {
                text.append("0129aZ.+~--::_ /\u00e4".charAt(random.nextInt(16)));
            }
            boolean valid = FORM.matcher(text).matches();
            assertThat(isAccepted(text.toString())).as(text.toString()).isEqualTo(valid);
            accepted += valid ? 1 : 0;
        }
        assertThat(accepted).as("seed " + SEED).isGreaterThan(5_000);
    }

    private static boolean isAccepted(String text) {
        try {
            return new DebianVersion(text).text().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Debian Policy 5.6.12 by its reference implementation. */
    @Test
    void theOrderIsThatOfDpkg() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "skipped: this machine has no dpkg to compare with");
        Random random = new Random(SEED);
        StringBuilder script = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String a = random(random);
            String b = random.nextInt(3) == 0 ? a + random(random).replaceFirst("^[0-9]:", "") : random(random);
            int order = Integer.signum(DebianVersion.compare(new DebianVersion(a).text(), new DebianVersion(b).text()));
            expected.append(order < 0 ? "lt" : order > 0 ? "gt" : "eq")
                    .append(' ')
                    .append(a)
                    .append(' ')
                    .append(b)
                    .append('\n');
            script.append("for o in lt eq gt; do dpkg --compare-versions '")
                    .append(a)
                    .append("' $o '")
                    .append(b)
                    .append("' && echo $o '")
                    .append(a)
                    .append("' '")
                    .append(b)
                    .append("'; done\n");
        }
        Process shell = new ProcessBuilder("sh", "-s").redirectErrorStream(true).start();
        try (var in = shell.outputWriter()) {
            in.write(script.toString());
        }
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isIn(0, 1);
        assertThat(output).as("seed " + SEED).isEqualTo(expected.toString());
    }

    private static String random(Random random) {
        String alphabet = "0019aAzZ.+~~-";
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? random.nextInt(3) + ":" : "");
        text.append(random.nextInt(10));
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.append(text.charAt(text.length() - 1) == '-' ? "1" : "").toString();
    }
}
