package org.cloister.repo.resolve;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The machine's apt with the machine's lists, but with a system of its own on which nothing is installed. Changes nothing. */
final class HostApt {
    private final Path configuration;

    HostApt(Path directory) throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/apt-get")),
                "skipped: this machine has no apt-get to compare with");
        for (String name : List.of("state", "cache/archives/partial", "empty")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.writeString(directory.resolve("status"), "");
        this.configuration = directory.resolve("apt.conf");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "Dir::State \"" + directory.resolve("state") + "\";",
                        "Dir::State::lists \"/var/lib/apt/lists\";",
                        "Dir::State::status \"" + directory.resolve("status") + "\";",
                        "Dir::Cache \"" + directory.resolve("cache") + "\";",
                        "Dir::Etc::parts \"" + directory.resolve("empty") + "\";",
                        "Dir::Etc::preferencesparts \"" + directory.resolve("empty") + "\";",
                        "Dir::Etc::main \"/dev/null\";",
                        "APT::Install-Recommends \"false\";",
                        "Debug::NoLocking \"true\";",
                        ""));
    }

    /** Names of what apt would install, {@code name} with every one of {@code also}; empty if it refuses. */
    TreeSet<String> install(String name, Collection<String> also) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("apt-get", "install", "-s", "-y", "-q", name));
        command.addAll(also);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("APT_CONFIG", configuration.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        TreeSet<String> installed = new TreeSet<>();
        if (process.waitFor() == 0) {
            output.lines()
                    .filter(line -> line.startsWith("Inst "))
                    .forEach(line -> installed.add(line.split(" ")[1].replaceFirst(":.*", "")));
        }
        return installed;
    }
}
