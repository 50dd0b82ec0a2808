package org.cloister.agent.configure;

import java.util.List;

/** The shell scripts that run inside the sandbox. */
final class ConfigureScript {
    /** Starts a line of output that is for the agent. */
    static final String MARK = "@cloister ";

    /** What failed so far is tried again: cycles that dpkg can't break by itself. */
    static final String AGAIN = MARK + "again without dependencies";

    private ConfigureScript() {}

    /** Runs {@code preinst install} of each package, as dpkg does before it unpacks (Debian Policy 6.6). */
    static String preinst(List<UnpackedPackage> packages, String dpkgVersion) {
        StringBuilder script = new StringBuilder(
                "set -e\nexport DPKG_MAINTSCRIPT_NAME=preinst DPKG_ADMINDIR=/var/lib/dpkg DPKG_ROOT=\n"
                        + "export DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT=1 DPKG_RUNNING_VERSION='" + dpkgVersion + "'\n"
                        + "preinst() {\n"
                        + "  echo '" + MARK + "preinst' \"$1\"\n"
                        + "  DPKG_MAINTSCRIPT_PACKAGE=$1 DPKG_MAINTSCRIPT_ARCH=$2 \"/var/lib/dpkg/info/$3.preinst\" install </dev/null || {\n"
                        + "    echo '" + MARK + "failed preinst of' \"$1\" \"($?)\"; exit 1; }\n"
                        + "}\n");
        for (UnpackedPackage unpacked : packages) {
            if (unpacked.hasScript("preinst")) {
                script.append("preinst ")
                        .append(unpacked.id().name())
                        .append(' ')
                        .append(unpacked.id().architecture())
                        .append(' ')
                        .append(unpacked.qualifiedName())
                        .append('\n');
            }
        }
        return script.toString();
    }

    /** base-passwd comes first: scripts of others name its users before any dependency says so (as debootstrap does). */
    static String configure(boolean withBasePasswd) {
        return "export DPKG_FORCE=unsafe-io,confold,confdef\n"
                + (withBasePasswd ? "dpkg --force-depends --configure base-passwd </dev/null || exit 1\n" : "")
                + "dpkg --configure -a </dev/null && exit 0\n"
                + "echo '" + AGAIN + "'\n"
                + "dpkg --force-depends --configure -a </dev/null\n";
    }
}
