package org.cloister.agent.configure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What dpkg and the scripts printed, as far as it tells why a package could not be configured. dpkg names the package and the
 * script's status (its messages are the same in every version, in the locale C); what the script itself printed stands before.
 */
final class ScriptOutput {
    /** Of one script, the last ones: more is for the log. */
    private static final int MAX_LINES = 8;
    /** A script can print a file. */
    private static final int MAX_LINE = 300;

    private static final Pattern BEGIN =
            Pattern.compile("(?:Setting up|Processing triggers for|" + ConfigureScript.MARK + "preinst) (\\S+).*");
    private static final Pattern FAILED_PREINST =
            Pattern.compile(ConfigureScript.MARK + "failed preinst of (\\S+) \\((\\d+)\\)");
    private static final Pattern ERROR = Pattern.compile("dpkg: error processing package (\\S+) \\(--configure\\):");
    private static final Pattern SUBPROCESS =
            Pattern.compile(" *(?:installed|new) \\S+ package (\\S+) script subprocess (.*)");

    private final Deque<String> said = new ArrayDeque<>();
    private final List<Failure> failures = new ArrayList<>();
    private @Nullable String blamed;

    /** @param cause as a clause; @param said the script's own last lines */
    private record Failure(String owner, String cause, List<String> said, boolean ofScript) {
        String text() {
            String lines = said.stream().map(line -> "\n    " + line).collect(Collectors.joining());
            return cause + (lines.isEmpty() ? ", and it printed nothing" : "; its last lines:" + lines);
        }
    }

    void hear(String line) {
        if (line.equals(ConfigureScript.AGAIN)) {
            failures.clear();
            said.clear();
            return;
        }
        String owner = blamed;
        if (owner != null) {
            blamed = null;
            failures.add(failure(owner, line));
            said.clear();
            return;
        }
        Matcher error = ERROR.matcher(line);
        Matcher preinst = FAILED_PREINST.matcher(line);
        if (error.matches()) {
            blamed = error.group(1);
        } else if (preinst.matches()) {
            failures.add(new Failure(
                    preinst.group(1),
                    "the preinst script of " + preinst.group(1) + " ended with status " + preinst.group(2),
                    List.copyOf(said),
                    true));
        } else if (BEGIN.matcher(line).matches()) {
            said.clear();
        } else {
            said.addLast(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line);
            if (said.size() > MAX_LINES) {
                said.removeFirst();
            }
        }
    }

    private Failure failure(String owner, String line) {
        Matcher subprocess = SUBPROCESS.matcher(line);
        if (!subprocess.matches()) {
            return new Failure(owner, owner + " can't be configured: " + line.strip(), List.copyOf(said), false);
        }
        String script = subprocess.group(1).equals("post-installation") ? "postinst" : subprocess.group(1);
        String end = subprocess.group(2).replaceFirst("^returned error exit status (\\d+)$", "ended with status $1");
        return new Failure(owner, "the " + script + " script of " + owner + " " + end, List.copyOf(said), true);
    }

    /** The first script that failed, or else the first package that could not be configured. */
    Optional<String> why() {
        return failures.stream()
                .filter(Failure::ofScript)
                .findFirst()
                .or(() -> failures.stream().findFirst())
                .map(Failure::text);
    }
}
