package org.cloister.agent.command.verb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line's root: what every command has. */
@Command(
        name = "cloister",
        description = "Gives every package its own root.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        versionProvider = VersionText.class,
        footer = {
            "",
            "Examples:",
            "  cloister install nginx            a root of its own for nginx",
            "  cloister run nginx -- nginx -v    a program in it",
            "  cloister diff nginx               what it wrote",
            "  cloister history                  who did what",
            "",
            "Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by the repository,",
            "4 repository or agent unreachable, 5 integrity problem, 130 interrupted."
        })
public final class CloisterCommand {
    /** In the order in which the help lists them. */
    private static final List<Class<?>> VERBS = List.of(
            InstallVerb.class,
            RemoveVerb.class,
            UpgradeVerb.class,
            RollbackVerb.class,
            ListVerb.class,
            ShowVerb.class,
            SearchVerb.class,
            RunVerb.class,
            ShellVerb.class,
            DiffVerb.class,
            ResetVerb.class,
            ConffilesVerb.class,
            PortsVerb.class,
            DeviceVerb.class,
            DisplayVerb.class,
            SoundVerb.class,
            GuestVerb.class,
            ServiceVerb.class,
            VerifyVerb.class,
            DriftVerb.class,
            HistoryVerb.class,
            StatusVerb.class,
            DoctorVerb.class,
            LoginVerb.class,
            PublishVerb.class,
            KeyVerb.class,
            YankVerb.class,
            RestoreVerb.class,
            MirrorVerb.class,
            DistributionVerb.class,
            PoolVerb.class,
            HostVerb.class,
            TokenVerb.class,
            PersonVerb.class,
            TrustVerb.class,
            AuditVerb.class,
            CompletionVerb.class,
            HelpVerb.class);

    /** These speak of all commands. */
    private static final Set<String> OVERVIEWS = Set.of("help", "completion");

    /**
     * The commands that a line which starts with {@code word} can mean: the one of that name, or all of them. Building the model
     * of one takes a millisecond, that of all of them ten.
     */
    public static Map<String, Class<?>> verbs(String word) {
        Map<String, Class<?>> verbs = new LinkedHashMap<>();
        for (Class<?> verb : VERBS) {
            String name = verb.getAnnotation(Command.class).name();
            if (name.equals(word) && !OVERVIEWS.contains(name)) {
                return Map.of(name, verb);
            }
            verbs.put(name, verb);
        }
        return verbs;
    }

    private final Session session;

    CloisterCommand(Session session) {
        this.session = session;
    }

    @SuppressWarnings("UnusedVariable") // Picocli acts on it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // Picocli acts on it.
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show the version.")
    private boolean version;

    /** Picocli calls this for a default value too; what was once asked for stays. */
    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Answer with JSON, for scripts.")
    void json(boolean wanted) {
        if (wanted) {
            session.useJson();
        }
    }
}
