package org.cloister.fuse.tree;

/** Names of extended attributes, by their namespaces (xattr(7)). */
public final class AttributeName {
    private static final String[] NAMESPACES = {"user.", "trusted.", "security."};
    private static final String PRIVILEGED = "trusted.";
    private static final String LABEL = "security.selinux";

    private AttributeName() {}

    /** An access control list: setting it changes the mode, and the mode it. */
    public static boolean isAcl(String name) {
        return name.equals(Acl.ACCESS) || name.equals(Acl.DEFAULT);
    }

    /** As ext4 answers: EOPNOTSUPP for an unknown namespace, EINVAL for nothing within one. */
    public static Status refusal(String name) {
        for (String namespace : NAMESPACES) {
            if (name.startsWith(namespace)) {
                return name.length() == namespace.length() ? Status.INVALID : Status.OK;
            }
        }
        return isAcl(name) ? Status.OK : Status.NOT_SUPPORTED;
    }

    /**
     * What who asks for an attribute that isn't there is told. For a label of SELinux that is "not here at all": ls(1) then stops to ask for the
     * label of each file that it lists (gnulib, errno_unsupported), and the kernel, which takes labels of this mount from its policy,
     * treats it as it treats ENODATA.
     */
    public static Status absence(String name) {
        return name.equals(LABEL) ? Status.NOT_SUPPORTED : Status.NO_ATTRIBUTE;
    }

    /** Seen by root alone. */
    public static boolean isPrivileged(String name) {
        return name.startsWith(PRIVILEGED);
    }
}
