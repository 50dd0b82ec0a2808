package org.cloister.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts an agent and ends it in order. The only place that reads the environment. */
public final class AgentMain {
    private static final int USAGE_ERROR = 2;
    private static final int FAILURE = 1;

    private AgentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> list = List.of(arguments);
        if (list.contains("--help") || list.contains("-h")) {
            System.out.print(AgentConfig.USAGE);
            return;
        }
        AgentConfig config;
        try {
            config = AgentConfig.parse(list, System.getenv(), machine(System.getenv()));
        } catch (IllegalArgumentException e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(USAGE_ERROR);
            return;
        }
        // Before the first logger is made.
        System.setProperty("logback.configurationFile", "agent-logback.xml");
        System.setProperty(
                "cloister.agent.log", config.state().resolve("log/agent.log").toString());
        System.exit(run(config));
    }

    private static int run(AgentConfig config) throws InterruptedException {
        try {
            prepare(config.state());
            FileChannel lock = lock(config.state());
            if (lock == null) {
                System.err.println("agent: another agent runs with " + config.state());
                return FAILURE;
            }
            Agent agent = new Agent(config, System.getenv());
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent), "shutdown"));
            agent.start();
            synchronized (main) {
                while (true) {
                    main.wait();
                }
            }
        } catch (IOException e) {
            System.err.println("agent: " + e.getMessage());
            return FAILURE;
        }
    }

    private static void end(Agent agent) {
        try {
            agent.close();
        } catch (IOException e) {
            System.err.println("agent: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Others may pass through the state to launchers and objects; secrets have modes of their own. */
    private static void prepare(Path state) throws IOException {
        Files.createDirectories(state.resolve("log"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Held until the process ends; null if another one holds it. */
    private static @Nullable FileChannel lock(Path state) throws IOException {
        FileChannel channel =
                FileChannel.open(state.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            return null;
        }
        return channel;
    }

    private static AgentConfig.Machine machine(Map<String, String> environment) {
        String user = System.getProperty("user.name", "root");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
        return new AgentConfig.Machine(
                hostName(),
                Path.of(home),
                user,
                user.equals("root"),
                Path.of(System.getProperty("cloister.home", "."))
                        .toAbsolutePath()
                        .normalize());
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "host";
        }
    }
}
