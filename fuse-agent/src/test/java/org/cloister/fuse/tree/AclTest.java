package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** As the kernel computes them (acl(5)); the attribute's bytes are what setfacl(1) sends. */
class AclTest {
    private static final int OWNER = 1;
    private static final int USER = 2;
    private static final int GROUP = 4;
    private static final int MASK = 16;
    private static final int OTHERS = 32;

    /** Triples of tag, permissions, id. */
    private static byte[] bytes(int... entries) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + entries.length / 3 * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(2);
        for (int i = 0; i < entries.length; i += 3) {
            bytes.putShort((short) entries[i]).putShort((short) entries[i + 1]).putInt(entries[i + 2]);
        }
        return bytes.array();
    }

    private static Acl acl(byte[] bytes) {
        return Objects.requireNonNull(Acl.parse(bytes));
    }

    private static final byte[] LIST = bytes(OWNER, 7, -1, USER, 6, 1000, GROUP, 5, -1, MASK, 4, -1, OTHERS, 1, -1);

    @Test
    void theMaskStandsForTheGroup() {
        assertThat(acl(LIST).permissions()).isEqualTo(0741);
        assertThat(acl(LIST).bytes()).isEqualTo(LIST);
        assertThat(acl(LIST).isMinimal()).isFalse();
        assertThat(acl(bytes(OWNER, 7, -1, GROUP, 5, -1, OTHERS, 1, -1)).isMinimal())
                .isTrue();
    }

    @Test
    void aModeChangesTheMaskAndNotTheGroup() {
        assertThat(acl(LIST).with(0620).bytes())
                .isEqualTo(bytes(OWNER, 6, -1, USER, 6, 1000, GROUP, 5, -1, MASK, 2, -1, OTHERS, 0, -1));
    }

    @Test
    void aNewFileGetsNoMoreThanItsCreatorAskedFor() {
        assertThat(acl(LIST).inherited(0666).permissions()).isEqualTo(0640);
    }

    @Test
    void whatIsNoListIsRefused() {
        assertThat(Acl.parse(new byte[0])).isNull();
        assertThat(Acl.parse(Arrays.copyOf(LIST, LIST.length - 1))).isNull();
        assertThat(Acl.parse(bytes())).as("without owner, group and others").isNull();
        assertThat(Acl.parse(bytes(OWNER, 7, -1, USER, 7, 5, GROUP, 7, -1, OTHERS, 7, -1)))
                .as("a user without a mask")
                .isNull();
        assertThat(Acl.parse(bytes(OWNER, 8, -1, GROUP, 7, -1, OTHERS, 7, -1))).isNull();
        byte[] otherVersion = LIST.clone();
        otherVersion[0] = 3;
        assertThat(Acl.parse(otherVersion)).isNull();
    }
}
