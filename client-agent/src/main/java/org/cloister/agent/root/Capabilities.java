package org.cloister.agent.root;

import java.util.ArrayList;
import java.util.List;

/**
 * What root inside a root may do that others may not (capabilities(7)). Never what reaches the machine: mounting, modules, raw
 * devices, tracing, the clock, the network's configuration.
 */
public enum Capabilities {
    /**
     * For programs that see the shared home. Without the right to pass over permissions: the directory above the home can't be
     * listed, so a recursive delete doesn't find it.
     */
    PROGRAMS(
            "CAP_CHOWN",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_SETFCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_AUDIT_WRITE"),
    /**
     * For administration programs, which see no home, and for maintainer scripts. Without CAP_DAC_READ_SEARCH, which adds one thing only:
     * open_by_handle_at(2), by which any file of a file system is opened of which a root sees a single one.
     */
    SCRIPTS(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_SETFCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_AUDIT_WRITE");

    private final List<String> options;

    Capabilities(String... names) {
        List<String> list = new ArrayList<>(List.of("--cap-drop", "ALL"));
        for (String name : names) {
            list.add("--cap-add");
            list.add(name);
        }
        options = List.copyOf(list);
    }

    /** For bubblewrap, which gives root all of them otherwise. */
    public List<String> options() {
        return options;
    }
}
