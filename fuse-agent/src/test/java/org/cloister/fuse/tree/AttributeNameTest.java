package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttributeNameTest {
    @Test
    void anAbsentLabelIsNoLabelsAtAllAndEverythingElseIsMissed() {
        assertThat(AttributeName.absence("security.selinux")).isEqualTo(Status.NOT_SUPPORTED);
        assertThat(AttributeName.absence("security.capability")).isEqualTo(Status.NO_ATTRIBUTE);
        assertThat(AttributeName.absence("user.selinux")).isEqualTo(Status.NO_ATTRIBUTE);
    }
}
