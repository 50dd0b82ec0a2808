package org.cloister.repo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.cloister.repo.RepoServerOptions.Surroundings;
import org.cloister.repo.console.model.Links;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The repository's process. */
@Command(
        name = "repo-server",
        mixinStandardHelpOptions = true,
        versionProvider = RepoServerMain.VersionOfJar.class,
        subcommands = {RebuildTopics.class, NewEpoch.class, VerifyLog.class},
        description = {
            "The Cloister repository: takes packages, records what is asked for and what became of it, and serves both.",
            "",
            "Starts PostgreSQL and Kafka of its own unless it is told where others are. A second start finds the state of the first.",
            ""
        },
        footer = {
            "",
            "Several processes may run on one PostgreSQL, one Kafka and one state directory, each with an address of its own; all take"
                    + " commands. See docs/processes.md.",
            "",
            "Exit status: 0 ended in order, 1 could not start, 2 wrong options."
        })
public final class RepoServerMain implements Callable<Integer> {
    @Mixin
    private RepoServerOptions options = new RepoServerOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RepoServerMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        RepoServerConfig config = prepared(spec, options);
        try {
            return serve(config, System.out);
        } catch (IOException e) {
            return failed(e);
        }
    }

    private static int serve(RepoServerConfig config, PrintStream out) throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        RepoServer server = RepoServer.start(config, out::println);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            out.println("Stopping…");
                            server.close();
                            ended.countDown();
                        },
                        "stop"));
        out.println("The repository answers at " + server.address() + " (state in " + config.state() + ")");
        out.println("The console is at " + server.address() + Links.ROOT + "/");
        server.whenCarrying(failure -> {
            if (failure != null) {
                out.println("Kafka did not start: " + failure.getMessage() + ". Agents read the events over HTTP.");
            } else if (config.hasKafka()) {
                out.println("Events are carried to Kafka.");
            }
        });
        ended.await();
        return 0;
    }

    /** The configuration, with the log going to the state directory. */
    static RepoServerConfig prepared(CommandSpec spec, RepoServerOptions options) {
        try {
            RepoServerConfig config = options.config(System.getenv(), surroundings());
            Files.createDirectories(config.state());
            System.setProperty("logback.configurationFile", "logback-server.xml");
            System.setProperty(
                    "cloister.repo.log", StateDirectory.logFile(config).toString());
            return config;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "the state directory can't be made: " + words(e), e);
        }
    }

    static int failed(Exception reason) {
        System.err.println("repo-server: " + words(reason));
        org.slf4j.LoggerFactory.getLogger(RepoServerMain.class).error("ended", reason);
        return 1;
    }

    /** The JDK's own message of a refused file is only its name. */
    private static String words(Exception reason) {
        if (reason instanceof AccessDeniedException denied) {
            return denied.getFile()
                    + " is not for this user (permission denied): give it to the user who runs the repository,"
                    + " or choose another directory with --state";
        }
        if (reason instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + " is no directory: choose another with --state";
        }
        return String.valueOf(reason.getMessage());
    }

    private static Surroundings surroundings() throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return new Surroundings(
                root,
                Path.of(System.getProperty("user.home")),
                machine(),
                System.getProperty("os.arch"),
                AptProxy.read());
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    static final class VersionOfJar implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"repo-server " + Version.text()};
        }
    }
}
