package org.cloister.events.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuseConfigurationTest {
    @Test
    void aCommentAllowsNothing() {
        assertThat(FuseConfiguration.letsUsersAllowOthers("#user_allow_other\n# user_allow_other\nmount_max = 1000\n"))
                .isFalse();
        assertThat(FuseConfiguration.letsUsersAllowOthers("mount_max = 1000\n user_allow_other \n"))
                .isTrue();
    }
}
