package org.cloister.repo.resolve;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.control.Paragraphs;

/**
 * {@code bin/bench resolve [RUNS]}: a whole suite's index, from its text to the first closure in a new JVM, and closures after
 * that. Needs the lists of the machine's apt. Prints JSON lines with medians.
 */
final class ResolveBench {
    private static final String FIRST = "apache2";
    private static final List<String> WARM = List.of("hello", "nginx", "apache2", "python3", "gnome", "kde-full");
    private static final int WARM_RUNS = 20;

    private ResolveBench() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("cold")) {
            System.out.println(cold(Path.of(arguments[1])));
            return;
        }
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Path text = Files.createTempFile("cloister-resolve", ".Packages");
        try {
            HostSuite.copyText(Universe.AMD64.text(), text);
            System.out.printf(
                    Locale.ROOT,
                    "{\"machine\":{\"processors\":%d,\"java\":\"%s\",\"load\":%.2f}}%n",
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"),
                    load());
            double[] cold = new double[runs];
            for (int i = 0; i < runs; i++) {
                cold[i] = inNewJvm(text);
            }
            PackageIndex index = PackageIndex.of(read(text));
            print("cold: parse, index, resolve " + FIRST + " among " + index.size(), median(cold), "ms", runs);
            warm(index);
        } finally {
            Files.delete(text);
        }
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static double inNewJvm(Path text) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path").replace(File.pathSeparator + File.pathSeparator, ""),
                        ResolveBench.class.getName(),
                        "cold",
                        text.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the cold run failed: " + output);
        }
        return Double.parseDouble(output.strip());
    }

    /** Milliseconds from the start of main. */
    private static double cold(Path text) throws IOException {
        long start = System.nanoTime();
        resolve(PackageIndex.of(read(text)), FIRST);
        return (System.nanoTime() - start) / 1e6;
    }

    private static void warm(PackageIndex index) {
        WARM.forEach(name -> resolve(index, name));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (String name : WARM) {
            double[] times = new double[WARM_RUNS];
            double[] busy = new double[WARM_RUNS];
            int size = 0;
            for (int i = 0; i < WARM_RUNS; i++) {
                long start = System.nanoTime();
                long busyStart = threads.getCurrentThreadCpuTime();
                size = resolve(index, name);
                times[i] = (System.nanoTime() - start) / 1e6;
                busy[i] = (threads.getCurrentThreadCpuTime() - busyStart) / 1e6;
            }
            print("warm: " + name + ", " + size + " packages", median(times), "ms", WARM_RUNS);
            print("warm: " + name + ", " + size + " packages", median(busy), "CPU ms", WARM_RUNS);
        }
    }

    private static int resolve(PackageIndex index, String name) {
        Resolution resolution = new ClosureResolver()
                .resolve(index, new Request(Universe.wanted(name), Universe.AMD64, Preferences.DEFAULT));
        if (resolution instanceof Resolution.Resolved resolved) {
            return resolved.inConfigurationOrder().size();
        }
        throw new IllegalStateException(name + ": " + resolution);
    }

    private static List<Candidate> read(Path text) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        try (InputStream in = Files.newInputStream(text);
                Paragraphs paragraphs = Paragraphs.of(in, ControlLimits.PACKAGE)) {
            for (Paragraph next = paragraphs.next(); next != null; next = paragraphs.next()) {
                candidates.add(Candidate.read(next, next.require("Filename")));
            }
        }
        return candidates;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void print(String label, double value, String unit, int runs) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"resolve\",\"case\":\"%s\",\"subject\":\"ClosureResolver\",\"value\":%.1f,\"unit\":\"%s\",\"runs\":%d}%n",
                label,
                value,
                unit,
                runs);
    }
}
