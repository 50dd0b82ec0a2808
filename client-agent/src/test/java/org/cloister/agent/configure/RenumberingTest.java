package org.cloister.agent.configure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RenumberingTest {
    private static final String PASSWD = "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/bin/sh\n"
            + "_a:x:100:101::/:/bin/false\n_b:x:101:65534::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n";
    private static final String GROUP = "root:x:0:\n_a:x:101:\nx:x:102:_a,_b\n";

    @Test
    void onlyDynamicIdsAreAskedFor() {
        assertThat(Renumbering.dynamicNames(PASSWD)).containsExactlyInAnyOrder("_a", "_b");
        assertThat(Renumbering.dynamicNames(GROUP)).containsExactlyInAnyOrder("_a", "x");
    }

    @Test
    void idsThatSwapAreMovedAtOnce() {
        Renumbering renumbering =
                Renumbering.of(PASSWD, GROUP, Map.of("user:_a", 101, "user:_b", 100, "group:_a", 400, "group:x", 102));
        assertThat(renumbering.passwd(PASSWD))
                .contains("_a:x:101:400:")
                .contains("_b:x:100:65534:")
                .contains("www-data:x:33:33:");
        assertThat(renumbering.groupFile(GROUP)).isEqualTo("root:x:0:\n_a:x:400:\nx:x:102:_a,_b\n");
        assertThat(renumbering.user(100)).isEqualTo(101);
        assertThat(renumbering.group(102)).isEqualTo(102);
        assertThat(renumbering.user(0)).isZero();
    }

    @Test
    void withoutARegistryNothingChanges() {
        assertThat(Renumbering.of(PASSWD, GROUP, Map.of()).changesNothing()).isTrue();
    }
}
