package org.cloister.repo.rpm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;

/**
 * The scriptlets that run at an installation, as files that can be run, and those that aren't run: what is written in rpm's built-in
 * Lua, and triggers. Scriptlets of a removal aren't kept: a root's packages are never removed from it.
 *
 * @param files by name: pre, post, posttrans
 * @param notRun for people
 */
record RpmScriptlets(Map<String, String> files, List<String> notRun) {
    private static final int TRIGGER_SCRIPTS = 1065;
    private static final int FILE_TRIGGER_SCRIPTS = 5066;
    private static final int TRANSACTION_FILE_TRIGGER_SCRIPTS = 5076;

    /** An interpreter and its arguments as the first line of a script can have them. */
    private static final Pattern PROGRAM = Pattern.compile("/[!-~]{1,200}");

    private static final Pattern WORD = Pattern.compile("[!-~]{1,200}");

    /** A scriptlet's place in a header. */
    private enum Kind {
        PRETRANS("pretrans", 1151, 1153),
        PRE("pre", 1023, 1085),
        POST("post", 1024, 1086),
        POSTTRANS("posttrans", 1152, 1154);

        private final String file;
        private final int script;
        private final int program;

        Kind(String file, int script, int program) {
            this.file = file;
            this.script = script;
            this.program = program;
        }
    }

    RpmScriptlets {
        files = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(files));
        notRun = List.copyOf(notRun);
    }

    static RpmScriptlets of(RpmHeader header) throws RefusedException {
        Map<String, String> files = new LinkedHashMap<>();
        List<String> notRun = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            String script = header.text(kind.script);
            List<String> program = header.texts(kind.program);
            if (script == null && program.isEmpty()) {
                continue;
            }
            if (!program.isEmpty() && program.get(0).equals("<lua>")) {
                notRun.add(kind.file + " (written in Lua)");
            } else {
                files.put(kind.file, runnable(kind, script == null ? "" : script, program));
            }
        }
        if (header.has(TRIGGER_SCRIPTS)) {
            notRun.add("triggers");
        }
        if (header.has(FILE_TRIGGER_SCRIPTS) || header.has(TRANSACTION_FILE_TRIGGER_SCRIPTS)) {
            notRun.add("file triggers");
        }
        return new RpmScriptlets(files, notRun);
    }

    /** rpm hands a script's file to its interpreter; a program without a script (%post -p /sbin/ldconfig) is run alone. */
    private static String runnable(Kind kind, String script, List<String> program) throws RefusedException {
        List<String> words = program.isEmpty() ? List.of("/bin/sh") : program;
        if (!PROGRAM.matcher(words.get(0)).matches()
                || words.stream().anyMatch(word -> !WORD.matcher(word).matches() || word.contains("'"))) {
            throw new RefusedException(
                    Refusal.BAD_CONTROL, "the scriptlet " + kind.file + " has an interpreter that can't be run");
        }
        return script.isEmpty()
                ? "#!/bin/sh\nexec '" + String.join("' '", words) + "'\n"
                : "#!" + String.join(" ", words) + "\n" + script + (script.endsWith("\n") ? "" : "\n");
    }
}
