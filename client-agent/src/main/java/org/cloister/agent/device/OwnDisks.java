package org.cloister.agent.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which disks the machine itself lives on, by what it has mounted anywhere but where people's disks are mounted (proc_pid_mountinfo(5)): also a stick
 * or a card may be what a machine was started from.
 */
final class OwnDisks {
    /** Where desktops and people mount what they plug in. */
    private static final List<String> PEOPLES = List.of("/media/", "/run/media/", "/mnt/");

    private static final Pattern BLANK = Pattern.compile(" ");
    private static final int NUMBERS = 2;
    private static final int POINT = 4;
    private static final int FEWEST = 5;

    private OwnDisks() {}

    /** Of {@code mounts}, what is at {@code media} left out: numbers, and nodes below {@code /dev} (btrfs has numbers of its own). Empty: nobody can tell. */
    static Optional<Set<String>> of(Path mounts, Path media) {
        Set<String> own = new HashSet<>();
        List<String> others = new ArrayList<>(PEOPLES);
        others.add(media + "/");
        try {
            for (String line :
                    Files.readString(mounts, StandardCharsets.ISO_8859_1).split("\n")) {
                String[] words = BLANK.split(line);
                if (words.length > FEWEST && others.stream().noneMatch((words[POINT] + '/')::startsWith)) {
                    own.add(words[NUMBERS]);
                    own.add(words[words.length - 2]);
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(own);
    }
}
