package org.cloister.agent.conffile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.control.Conffile.Merge;

/**
 * Differences and three-way merges of texts by diff(1) and diff3(1), which every Debian system has (diffutils is essential).
 * They see copies only, never a file of a root.
 */
final class TextMerge {
    private static final long LIMIT_SECONDS = 20;
    private static final int TROUBLE = 2;

    private final Path scratch;

    /** @param scratch a directory that nobody else can read */
    TextMerge(Path scratch) {
        this.scratch = scratch;
    }

    /** @param text with marks as diff3 makes them where it conflicts */
    record Merged(Merge outcome, byte[] text) {}

    Merged merge(byte[] yours, byte[] base, byte[] shipped) throws IOException, InterruptedException {
        if (isBinary(yours) || isBinary(base) || isBinary(shipped)) {
            return new Merged(Merge.IMPOSSIBLE, yours);
        }
        Run run =
                run(List.of("diff3", "-m", "-E", "-L", "yours", "-L", "before", "-L", "shipped"), yours, base, shipped);
        return new Merged(run.status() == 0 ? Merge.CLEAN : Merge.CONFLICT, run.out());
    }

    /** Empty where they are the same. */
    String difference(String nameFrom, byte[] from, String nameTo, byte[] to) throws IOException, InterruptedException {
        Run run = run(List.of("diff", "-u", "--label", nameFrom, "--label", nameTo), from, to);
        return new String(run.out(), StandardCharsets.UTF_8);
    }

    private static boolean isBinary(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private record Run(int status, byte[] out) {}

    private Run run(List<String> command, byte[]... texts) throws IOException, InterruptedException {
        Files.createDirectories(scratch);
        Path directory = Files.createTempDirectory(scratch, "merge");
        try {
            List<String> argv = new ArrayList<>(command);
            for (int i = 0; i < texts.length; i++) {
                argv.add(Files.write(directory.resolve(Integer.toString(i)), texts[i])
                        .toString());
            }
            Path out = directory.resolve("out");
            Process process = new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(command.get(0) + " wasn't done after " + LIMIT_SECONDS + " s");
            }
            byte[] text = Files.readAllBytes(out);
            if (process.exitValue() >= TROUBLE) {
                throw new IOException(command.get(0) + " failed: " + new String(text, StandardCharsets.UTF_8).strip());
            }
            return new Run(process.exitValue(), text);
        } finally {
            for (int i = 0; i < texts.length; i++) {
                Files.deleteIfExists(directory.resolve(Integer.toString(i)));
            }
            Files.deleteIfExists(directory.resolve("out"));
            Files.deleteIfExists(directory);
        }
    }
}
