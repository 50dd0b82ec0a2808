package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a script that completes commands and options in your shell.",
        footer = {
            "",
            "Examples:",
            "  cloister completion bash > ~/.local/share/bash-completion/completions/cloister",
            "  source <(cloister completion zsh)"
        })
final class CompletionVerb implements Callable<Integer> {
    private final Session session;

    /** The shells that picocli's script is for. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.bash;

    CompletionVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        CommandLine root = java.util.Objects.requireNonNull(spec).root().commandLine();
        String script = AutoComplete.bash("cloister", root);
        // The script loads zsh's bashcompinit itself; only the first line names a shell.
        session.terminal().out().print(shell == Shell.zsh ? "#compdef cloister\n" + script : script);
        return ExitStatus.OK.code();
    }
}
