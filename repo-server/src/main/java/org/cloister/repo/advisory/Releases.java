package org.cloister.repo.advisory;

import java.util.Map;
import java.util.regex.Pattern;

/** Names of distributions' releases. */
final class Releases {
    private static final Map<String, String> DEBIAN = Map.of(
            "8", "jessie",
            "9", "stretch",
            "10", "buster",
            "11", "bullseye",
            "12", "bookworm",
            "13", "trixie",
            "14", "forky",
            "15", "duke");

    private static final Map<String, String> UBUNTU = Map.of(
            "16.04", "xenial",
            "18.04", "bionic",
            "20.04", "focal",
            "22.04", "jammy",
            "24.04", "noble");

    private static final String SID = "sid";

    /** A suite beside that of a release: {@code bookworm-security}, once {@code buster/updates}. */
    private static final Pattern BESIDE =
            Pattern.compile("[-/](security|updates|proposed-updates|backports|backports-sloppy|lts)$");

    private Releases() {}

    /** {@code 12} of Debian is {@code bookworm}; what isn't known stays as it is. */
    static String debian(String number) {
        return DEBIAN.getOrDefault(number, number);
    }

    /** {@code 22.04:LTS} of Ubuntu is {@code jammy}; what isn't known stays as it is. */
    static String ubuntu(String number) {
        String bare = number.replaceFirst(":.*", "");
        return UBUNTU.getOrDefault(bare, "ubuntu-" + bare);
    }

    /** The release whose packages a suite has; empty for a suite whose name tells none, such as {@code stable}. */
    static String ofSuite(String suite) {
        String base = BESIDE.matcher(suite).replaceFirst("");
        if (base.equals("unstable")) {
            return SID;
        }
        return base.equals(SID) || DEBIAN.containsValue(base) || UBUNTU.containsValue(base) ? base : "";
    }
}
