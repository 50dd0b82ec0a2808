package org.cloister.events.deb;

import java.util.List;

/** Architecture restrictions and wildcards (Debian Policy 7.1 and 11.1.1): {@code any}, {@code linux-any}, {@code any-amd64}. */
final class ArchitectureWildcard {
    private ArchitectureWildcard() {}

    /** Whether the list of a relation admits {@code host}: named, or not excluded by a list of {@code !} words. */
    static boolean admits(List<String> words, Architecture host) {
        boolean named = false;
        boolean excluding = false;
        for (String word : words) {
            if (word.startsWith("!")) {
                excluding = true;
                if (matches(word.substring(1), host.text())) {
                    return false;
                }
            } else {
                named |= matches(word, host.text());
            }
        }
        return words.isEmpty() || named || excluding;
    }

    private static boolean matches(String word, String host) {
        if (word.equals(host) || word.equals("any")) {
            return true;
        }
        int dash = host.lastIndexOf('-');
        String system = dash < 0 ? "linux" : host.substring(0, dash);
        String processor = host.substring(dash + 1);
        return word.equals(system + "-any") || word.equals("any-" + processor);
    }
}
