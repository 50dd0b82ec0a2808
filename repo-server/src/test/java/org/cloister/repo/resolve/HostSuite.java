package org.cloister.repo.resolve;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;

/** The indexes that apt on this machine fetched: a real suite to resolve in. */
final class HostSuite {
    private static final Path LISTS = Path.of("/var/lib/apt/lists");
    private static final String READER = "/usr/lib/apt/apt-helper";
    private static final int WHOLE_SUITE = 30_000;

    private HostSuite() {}

    /** Every file with a {@code main} Packages index for {@code architecture}; the test is skipped if there is no whole suite. */
    static List<Path> indexes(String architecture) throws IOException {
        assumeTrue(Files.isExecutable(Path.of(READER)), "skipped: this machine has no apt to read its lists with");
        List<Path> found = new ArrayList<>();
        long bytes = 0;
        try (Stream<Path> files = Files.list(LISTS)) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName()
                        .toString()
                        .matches(".*_main_binary-" + architecture + "_Packages(\\.[a-z0-9]+)?")) {
                    found.add(file);
                    bytes += Files.size(file);
                }
            }
        }
        assumeTrue(bytes > 5_000_000, "skipped: apt has no index of a whole suite here (run apt-get update)");
        return found;
    }

    static List<Candidate> candidates(String architecture) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        for (Path file : indexes(architecture)) {
            read(file, candidates);
        }
        assumeTrue(
                candidates.size() > WHOLE_SUITE, "skipped: apt's lists have only " + candidates.size() + " packages");
        return candidates;
    }

    private static void read(Path file, List<Candidate> into) throws IOException {
        try (InputStream in = open(file);
                Paragraphs paragraphs = Paragraphs.of(in, ControlLimits.PACKAGE)) {
            for (Paragraph next = paragraphs.next(); next != null; next = paragraphs.next()) {
                into.add(Candidate.read(next, next.require("Filename")));
            }
        }
    }

    /** All of the indexes' text in one file. */
    static void copyText(String architecture, Path into) throws IOException {
        try (OutputStream out = Files.newOutputStream(into)) {
            for (Path file : indexes(architecture)) {
                try (InputStream in = open(file)) {
                    in.transferTo(out);
                }
            }
        }
    }

    private static InputStream open(Path file) throws IOException {
        return new ProcessBuilder(READER, "cat-file", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .getInputStream();
    }
}
