package org.cloister.agent.configure;

import java.util.List;
import java.util.Set;

/**
 * What configuring writes that is no package state: caches that are made again, backups, locks, logs and what belongs to the
 * sandbox itself. Directories stay, so that programs find the places they expect.
 */
final class LeftOut {
    /** Whole trees, the directory itself too. */
    private static final List<String> TREES = List.of("dev", "proc", "sys", "run", "tmp", "var/tmp");

    /** The content of these directories; their directories stay. */
    private static final List<String> CONTENTS =
            List.of("var/cache/apt", "var/lib/apt/lists", "var/log", "var/cache/man");

    private static final Set<String> FILES = Set.of(
            "etc/.pwd.lock",
            "etc/passwd-",
            "etc/group-",
            "etc/shadow-",
            "etc/gshadow-",
            "etc/subuid-",
            "etc/subgid-",
            "var/cache/ldconfig/aux-cache",
            "var/lib/dpkg/lock",
            "var/lib/dpkg/lock-frontend",
            "var/lib/dpkg/triggers/Lock",
            "var/lib/dpkg/triggers/Unincorp",
            "var/lib/systemd/random-seed",
            "home/root/.wget-hsts",
            "etc/unsupported-skip-usrmerge-conversion",
            "usr/sbin/policy-rc.d");

    private static final List<String> BACKUPS = List.of("var/lib/dpkg/", "var/cache/debconf/");

    private LeftOut() {}

    static boolean test(String path, boolean isDirectory) {
        if (FILES.contains(path) || TREES.stream().anyMatch(tree -> isBelow(path, tree) || path.equals(tree))) {
            return true;
        }
        if (!isDirectory && CONTENTS.stream().anyMatch(directory -> isBelow(path, directory))) {
            return true;
        }
        return !isDirectory && path.endsWith("-old") && BACKUPS.stream().anyMatch(path::startsWith);
    }

    private static boolean isBelow(String path, String directory) {
        return path.length() > directory.length()
                && path.startsWith(directory)
                && path.charAt(directory.length()) == '/';
    }
}
