package org.cloister.fuse.tree;

/** Names of extended attributes, by their namespaces (xattr(7)). */
public final class AttributeName {
    private static final String[] NAMESPACES = {"user.", "trusted.", "security."};
    private static final String PRIVILEGED = "trusted.";

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

    /** Seen by root alone. */
    public static boolean isPrivileged(String name) {
        return name.startsWith(PRIVILEGED);
    }
}
