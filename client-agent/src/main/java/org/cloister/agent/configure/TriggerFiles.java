package org.cloister.agent.configure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.configure.UnpackedPackage.Interest;
import org.cloister.events.layer.BaseLayer;

/**
 * dpkg's trigger database ({@code /usr/share/doc/dpkg/triggers.txt}): what dpkg would have written while it unpacked.
 *
 * @param files by name below {@code var/lib/dpkg/triggers}
 * @param pending the triggers to run, by qualified name of the packages that were configured before the others came
 */
record TriggerFiles(Map<String, String> files, Map<String, Set<String>> pending) {
    /**
     * @param configured the packages that are configured already
     * @param fresh those whose files came since, with the paths (relative) that they brought
     */
    static TriggerFiles of(
            List<UnpackedPackage> configured, List<UnpackedPackage> fresh, Collection<String> freshPaths) {
        List<UnpackedPackage> all = new ArrayList<>(configured);
        all.addAll(fresh);
        Map<String, Set<String>> pending = new HashMap<>();
        for (UnpackedPackage owner : configured) {
            Set<String> names = new TreeSet<>();
            for (Interest interest : owner.interests()) {
                if (isActivated(interest.trigger(), fresh, freshPaths)) {
                    names.add(interest.trigger());
                }
            }
            if (!names.isEmpty()) {
                pending.put(owner.qualifiedName(), names);
            }
        }
        return new TriggerFiles(files(all), pending);
    }

    private static boolean isActivated(String trigger, List<UnpackedPackage> fresh, Collection<String> freshPaths) {
        if (!trigger.startsWith("/")) {
            return fresh.stream().anyMatch(unpacked -> unpacked.activations().contains(trigger));
        }
        String prefix = BaseLayer.canonicalPath(trigger.substring(1));
        return freshPaths.stream()
                .anyMatch(path -> path.startsWith(prefix)
                        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/'));
    }

    private static Map<String, String> files(List<UnpackedPackage> packages) {
        Map<String, StringBuilder> files = new TreeMap<>();
        for (UnpackedPackage owner : packages) {
            for (Interest interest : owner.interests()) {
                boolean isPath = interest.trigger().startsWith("/");
                String line = (isPath ? interest.trigger() + " " : "") + owner.qualifiedName()
                        + (interest.noAwait() ? "/noawait" : "") + "\n";
                files.computeIfAbsent(isPath ? "File" : interest.trigger(), name -> new StringBuilder())
                        .append(line);
            }
        }
        Map<String, String> texts = new TreeMap<>();
        files.forEach((name, text) -> texts.put(name, text.toString()));
        return texts;
    }
}
