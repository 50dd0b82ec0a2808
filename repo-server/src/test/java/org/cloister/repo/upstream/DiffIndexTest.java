package org.cloister.repo.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiffIndexTest {
    private static final Digest ONE = Digest.ofText("1");
    private static final Digest TWO = Digest.ofText("2");
    private static final Digest THREE = Digest.ofText("3");

    private static String text(String more) {
        String hex = Digest.ofText("patch").hex();
        return "SHA1-Current: abc 1\nSHA256-Current: " + THREE.hex() + " 300\n"
                + "SHA256-History:\n " + ONE.hex() + " 100 T-1-F-1\n " + TWO.hex() + " 200 T-2-F-2\n"
                + "SHA256-Patches:\n " + hex + " 10 T-1-F-1\n " + hex + " 20 T-2-F-2\n"
                + "SHA256-Download:\n " + hex + " 5 T-1-F-1.gz\n " + hex + " 6 T-2-F-2.gz\n" + more;
    }

    private static DiffIndex parse(String text) throws UpstreamException {
        return DiffIndex.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(@Nullable List<DiffIndex.State> states) {
        return requireNonNull(states).stream().map(DiffIndex.State::name).toList();
    }

    @Test
    void patchesLeadFromAStateToThePresentOne() throws UpstreamException {
        DiffIndex index = parse(text(""));
        assertThat(index.current()).isEqualTo(THREE);
        assertThat(names(index.from(ONE))).containsExactly("T-1-F-1", "T-2-F-2");
        assertThat(names(index.from(TWO))).containsExactly("T-2-F-2");
        assertThat(index.from(THREE)).isNull();
    }

    @Test
    void mergedPatchesLeadThereAtOnce() throws UpstreamException {
        assertThat(names(parse(text("X-Patch-Precedence: merged\n")).from(ONE))).containsExactly("T-1-F-1");
    }

    @Test
    void whatIsMalformedIsRefused() {
        for (String text : List.of(
                "",
                "SHA256-History:\n",
                text("").replace("T-1-F-1", "../x"),
                text("").replace("T-1-F-1", "a/b"),
                text("").replace(" 5 T-1-F-1.gz", ""),
                text("").replace(" 100 ", " x "),
                text("").replace(ONE.hex(), "12"))) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(UpstreamException.class);
        }
    }

    @Test
    void noBytesMakeItFailInAnotherWay() {
        Random random = new Random(11);
        byte[] good = text("").getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                DiffIndex.parse(bytes);
            } catch (UpstreamException expected) {
                assertThat(expected.problem()).isEqualTo(UpstreamException.Problem.MALFORMED);
            }
        }
    }
}
