package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read and scripts rely on changes knowingly: {@code src/test/resources/help.txt} is all of it. */
class HelpSnapshotTest {
    private static final Path SNAPSHOT = Path.of("src", "test", "resources", "help.txt");
    private static final Path ACTUAL = Path.of("target", "help.txt");

    @TempDir
    Path directory;

    @Test
    void theHelpOfEveryCommandIsAsRecorded() throws IOException {
        CommandLineTool tool = new CommandLineTool(directory, null);
        StringBuilder all = new StringBuilder();
        for (String command : commands(tool)) {
            CommandLineTool.Result result =
                    tool.run((command + " --help").strip().split(" "));
            assertThat(result.status()).as(command).isZero();
            all.append("$ cloister ")
                    .append(command)
                    .append(" --help\n")
                    .append(result.out())
                    .append('\n');
        }
        String actual = all.toString().replaceAll("(?m)[ ]+$", "");
        Files.createDirectories(ACTUAL.toAbsolutePath().resolveSibling(""));
        Files.writeString(ACTUAL, actual);
        assertThat(actual)
                .as("changed on purpose? cp client-agent/%s client-agent/%s", ACTUAL, SNAPSHOT)
                .isEqualTo(Files.readString(SNAPSHOT));
    }

    private static List<String> commands(CommandLineTool tool) {
        List<String> found = new ArrayList<>(List.of(""));
        collect("", tool.commandLine(), found);
        return found;
    }

    private static void collect(String prefix, picocli.CommandLine line, List<String> found) {
        line.getSubcommands().forEach((name, sub) -> {
            found.add(prefix + name);
            collect(prefix + name + " ", sub, found);
        });
    }
}
