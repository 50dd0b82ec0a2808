package org.cloister.agent.configure;

import java.util.Arrays;
import java.util.List;
import org.cloister.agent.remote.PackageControl;
import org.cloister.events.deb.PackageId;

/**
 * A package whose files are there and whose scripts didn't run yet.
 *
 * @param conffiles as dpkg records them
 * @param triggers the lines of its {@code triggers} member
 * @param scripts the members that it has, of preinst, postinst and so on
 */
record UnpackedPackage(
        PackageId id, PackageControl control, List<Conffile> conffiles, List<String> triggers, List<String> scripts) {
    /** @param path absolute; @param md5 of the shipped content, hex */
    record Conffile(String path, String md5) {}

    UnpackedPackage {
        conffiles = List.copyOf(conffiles);
        triggers = List.copyOf(triggers);
        scripts = List.copyOf(scripts);
    }

    /** The name in dpkg's info directory and in its trigger files: with the architecture for {@code Multi-Arch: same}. */
    String qualifiedName() {
        return qualifiedName(id, control);
    }

    static String qualifiedName(PackageId id, PackageControl control) {
        return control.get("Multi-Arch").equals("same")
                ? id.name() + ":" + id.architecture()
                : id.name().text();
    }

    /** The triggers that this package is interested in: (name, whether the activator doesn't wait). */
    List<Interest> interests() {
        return triggers.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 2 && words[0].startsWith("interest"))
                .map(words -> new Interest(words[1], words[0].endsWith("-noawait")))
                .toList();
    }

    record Interest(String trigger, boolean noAwait) {}

    /** The triggers that its unpacking or configuration sets off by name. */
    List<String> activations() {
        return triggers.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 2 && words[0].startsWith("activate"))
                .map(words -> words[1])
                .toList();
    }

    boolean hasScript(String script) {
        return scripts.contains(script);
    }

    static List<String> lines(String member) {
        return Arrays.stream(member.split("\n", -1))
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
