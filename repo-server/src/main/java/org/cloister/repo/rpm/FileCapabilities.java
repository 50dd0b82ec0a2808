package org.cloister.repo.rpm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;

/** What cap_to_text(3) writes of one file's capabilities, as the extended attribute that the kernel reads (struct vfs_cap_data, revision 2). */
final class FileCapabilities {
    private static final String ATTRIBUTE = "security.capability";
    private static final int REVISION_2 = 0x02000000;
    private static final int BYTES = 20;

    /** In the order of their numbers (linux/capability.h). */
    private static final List<String> NAMES = List.of(
            "cap_chown",
            "cap_dac_override",
            "cap_dac_read_search",
            "cap_fowner",
            "cap_fsetid",
            "cap_kill",
            "cap_setgid",
            "cap_setuid",
            "cap_setpcap",
            "cap_linux_immutable",
            "cap_net_bind_service",
            "cap_net_broadcast",
            "cap_net_admin",
            "cap_net_raw",
            "cap_ipc_lock",
            "cap_ipc_owner",
            "cap_sys_module",
            "cap_sys_rawio",
            "cap_sys_chroot",
            "cap_sys_ptrace",
            "cap_sys_pacct",
            "cap_sys_admin",
            "cap_sys_boot",
            "cap_sys_nice",
            "cap_sys_resource",
            "cap_sys_time",
            "cap_sys_tty_config",
            "cap_mknod",
            "cap_lease",
            "cap_audit_write",
            "cap_audit_control",
            "cap_setfcap",
            "cap_mac_override",
            "cap_mac_admin",
            "cap_syslog",
            "cap_wake_alarm",
            "cap_block_suspend",
            "cap_audit_read",
            "cap_perfmon",
            "cap_bpf",
            "cap_checkpoint_restore");

    private static final Pattern CLAUSE = Pattern.compile("(cap_[a-z_]+(?:,cap_[a-z_]+)*)[=+]([eip]+)");

    private FileCapabilities() {}

    /** @throws RefusedException if it says anything but that some capabilities are set */
    static Map<String, String> xattr(String text) throws RefusedException {
        long permitted = 0;
        long inheritable = 0;
        boolean effective = false;
        for (String clause : text.strip().replaceFirst("^= *", "").split(" +")) {
            Matcher matcher = CLAUSE.matcher(clause);
            if (!matcher.matches()) {
                throw unknown(text);
            }
            long set = 0;
            for (String name : matcher.group(1).split(",")) {
                int number = NAMES.indexOf(name);
                if (number < 0) {
                    throw unknown(text);
                }
                set |= 1L << number;
            }
            permitted |= matcher.group(2).contains("p") ? set : 0;
            inheritable |= matcher.group(2).contains("i") ? set : 0;
            effective |= matcher.group(2).contains("e");
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(REVISION_2 | (effective ? 1 : 0))
                .putInt((int) permitted)
                .putInt((int) inheritable)
                .putInt((int) (permitted >>> Integer.SIZE))
                .putInt((int) (inheritable >>> Integer.SIZE));
        return Map.of(ATTRIBUTE, Base64.getEncoder().encodeToString(bytes.array()));
    }

    private static RefusedException unknown(String text) {
        return new RefusedException(
                Refusal.NEEDS_UNSUPPORTED, "file capabilities that aren't known: " + text.replaceAll("[^ -~]", "?"));
    }
}
