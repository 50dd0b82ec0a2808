package org.cloister.agent.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest's runner as the kernel knows it (proc(5)). */
final class RunnerProcess {
    private static final Pattern PSS =
            Pattern.compile("(?ms)\\A(?<range>\\S+).*?^Rss:\\s+(?<present>\\d+) kB.*?^Pss:\\s+(?<held>\\d+) kB");
    /** Counted after the command's closing parenthesis, which is field 2. */
    private static final int START_FIELD = 22 - 3;

    private final Path directory;
    private final GuestRecord record;

    /** @param directory of the guest, whose owner started it */
    RunnerProcess(Path directory, GuestRecord record) {
        this.directory = directory;
        this.record = record;
    }

    /** Whether the process of the record is there, and is its owner's: nobody has a process of others taken for a guest. */
    boolean isAlive() {
        Path process = Path.of("/proc/" + record.guest().pid());
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
            return fields.length > START_FIELD
                    && !fields[0].equals("Z")
                    && fields[START_FIELD].equals(Long.toString(record.start()))
                    && owner(process).equals(owner(directory));
        } catch (IOException e) {
            return false;
        }
    }

    private static Object owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** SIGTERM: it ends its guest in order. */
    void end() {
        if (isAlive()) {
            ProcessHandle.of(record.guest().pid()).ifPresent(ProcessHandle::destroy);
        }
    }

    /** KiB of the host's memory that it and what it started hold; shared pages are divided among those that share them. */
    long held() {
        List<Long> processes = new ArrayList<>(List.of(record.guest().pid()));
        ProcessHandle.of(record.guest().pid())
                .ifPresent(runner -> runner.descendants().forEach(one -> processes.add(one.pid())));
        long sum = 0;
        Set<String> counted = new HashSet<>();
        for (long pid : processes) {
            try {
                Matcher matcher = PSS.matcher(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
                // The kernel's own processes have one memory together: the same range, of which the same is present.
                if (matcher.find() && counted.add(matcher.group("range") + matcher.group("present"))) {
                    sum += Long.parseLong(matcher.group("held"));
                }
            } catch (IOException e) {
                // It ended meanwhile, or another user started it and the kernel doesn't tell.
                continue;
            }
        }
        return sum;
    }
}
