package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.agent.control.Progress;
import org.cloister.events.layer.Closure;

/**
 * What installing RPM packages runs, for a closure whose files are there already: %pretrans, %pre, owners and %post of each package in the
 * closure's order, then %posttrans (rpm-scriptlets of rpm's manual). A %pretrans or %pre that fails ends it; what fails later is said and
 * goes on, as with rpm. The linker's cache is made before and after, if the root has ldconfig: file triggers do that elsewhere.
 */
final class RpmScriptlets {
    private static final String PLACE = "var/lib/cloister/rpm/";
    private static final List<String> LDCONFIG = List.of("usr/sbin/ldconfig", "usr/bin/ldconfig");
    private static final Pattern BEGIN = Pattern.compile(ConfigureScript.MARK + "scriptlet (\\S+) (\\S+)");

    /** How a script says which one ended it, or went wrong without ending it. */
    private static final Pattern FAILED =
            Pattern.compile(ConfigureScript.MARK + "failed (\\S+) of (\\S+) with status ([0-9]+)");

    /** Of one scriptlet, the last lines: more is for the log. */
    private static final int MAX_LINES = 8;

    private static final String FUNCTIONS = "scriptlet() {\n"
            + "  echo '" + ConfigureScript.MARK + "scriptlet' \"rpm:$1\" \"$2\"\n"
            + "  \"/" + PLACE + "$1/$2\" 1 </dev/null || {\n"
            + "    status=$?; echo '" + ConfigureScript.MARK
            + "failed' \"$2 of rpm:$1 with status $status\"; return $status; }\n"
            + "}\n";

    private final Closure closure;
    private final Path root;
    private final ScratchFiles files;
    private final ConfigureSandbox sandbox;
    private final long epoch;
    private final Path log;
    private final Consumer<Progress> progress;
    private final List<String> said = new ArrayList<>();
    private String failure = "";
    private int begun;
    private int count;

    RpmScriptlets(
            Closure closure, Path root, ConfigureSandbox sandbox, long epoch, Path log, Consumer<Progress> progress) {
        this.closure = closure;
        this.root = root;
        this.files = new ScratchFiles(root);
        this.sandbox = sandbox;
        this.epoch = epoch;
        this.log = log;
        this.progress = progress;
    }

    /** A closure is of one format. */
    static boolean areOf(Closure closure) {
        return closure.packages().get(0).id().name().isRpm();
    }

    /** The reason of a failure, or empty. */
    Optional<String> run() throws IOException, InterruptedException {
        String calls = calls();
        Optional<String> ldconfig = ldconfig();
        if (calls.isEmpty()) {
            return ldconfig.isEmpty()
                    ? Optional.empty()
                    : why(sandbox.run(root, List.of(ldconfig.get()), epoch, log, this::hear));
        }
        if (!files.exists("usr/bin/sh")) {
            return Optional.of("packages of the closure have scriptlets, and none of them has /bin/sh");
        }
        String cache = ldconfig.map(program -> program + "\n").orElse("");
        return why(sandbox.run(root, FUNCTIONS + cache + calls + cache + "exit 0\n", epoch, log, this::hear));
    }

    /** Names of packages have no character that a shell takes for another thing. */
    private String calls() throws IOException {
        StringBuilder before = new StringBuilder();
        StringBuilder each = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (Closure.Member member : closure.packages()) {
            String name = member.id().name().plain();
            call(name, "pretrans", true, before);
            call(name, "pre", true, each);
            call(name, "owners", false, each);
            call(name, "post", false, each);
            call(name, "posttrans", false, after);
        }
        return before.append(each).append(after).toString();
    }

    private void call(String name, String kind, boolean ends, StringBuilder script) throws IOException {
        if (files.exists(PLACE + name + "/" + kind)) {
            count++;
            script.append("scriptlet ").append(name).append(' ').append(kind).append(ends ? " || exit 1\n" : "\n");
        }
    }

    private Optional<String> ldconfig() throws IOException {
        for (String path : LDCONFIG) {
            if (files.exists(path)) {
                return Optional.of("/" + path);
            }
        }
        return Optional.empty();
    }

    private void hear(String line) {
        Matcher begin = BEGIN.matcher(line);
        Matcher failed = FAILED.matcher(line);
        if (begin.matches()) {
            said.clear();
            begun++;
            String step = begin.group(2).equals("owners") ? "owners" : "%" + begin.group(2);
            progress.accept(new Progress("configure", step + " of " + begin.group(1), begun, count, "scriptlets"));
        } else if (failed.matches()) {
            failure = "the %" + failed.group(1) + " scriptlet of " + failed.group(2) + " ended with status "
                    + failed.group(3)
                    + (said.isEmpty()
                            ? ", and it printed nothing"
                            : "; its last lines:\n    " + String.join("\n    ", said));
            said.clear();
        } else {
            said.add(line);
            if (said.size() > MAX_LINES) {
                said.remove(0);
            }
        }
    }

    private Optional<String> why(SandboxRun run) {
        if (run.succeeded()) {
            return Optional.empty();
        }
        return Optional.of(
                failure.isEmpty()
                        ? "the scriptlets ended with status " + run.status() + "; the last lines:\n    "
                                + String.join("\n    ", run.lastLines())
                        : failure);
    }
}
