package org.cloister.repo.log;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The machine that a bench ran on, as a bench's first line. */
public final class Machine {
    private Machine() {}

    public static String describe() throws IOException {
        return String.format(
                Locale.ROOT,
                "{\"machine\":{\"processor\":\"%s\",\"processors\":%d,\"memoryMiB\":%d,\"kernel\":\"%s\",\"java\":\"%s\","
                        + "\"load\":%.1f,\"postgresql\":\"embedded, fsync on\"}}",
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field("/proc/meminfo", "MemTotal").replace(" kB", "")) / 1024,
                System.getProperty("os.version"),
                Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String field(String file, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of(file))) {
            if (line.startsWith(name)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "0";
    }
}
