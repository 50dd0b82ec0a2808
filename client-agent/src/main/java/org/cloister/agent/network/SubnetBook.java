package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.RootName;

/**
 * Which subnet each root has, in a file: {@code ROOT TAB BLOCK}, one a line. A root keeps its address over restarts; a file that is lost costs
 * nothing but that.
 */
final class SubnetBook {
    private final Path file;

    SubnetBook(Path file) {
        this.file = file;
    }

    Subnets read() throws IOException {
        SortedMap<RootName, Ipv4Block> subnets = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split("\t");
                try {
                    if (fields.length == 2) {
                        subnets.put(new RootName(fields[0]), Ipv4Block.parse(fields[1]));
                    }
                } catch (IllegalArgumentException damaged) {
                    // The root gets another subnet.
                    continue;
                }
            }
        }
        return new Subnets(subnets);
    }

    void write(Subnets subnets) throws IOException {
        StringBuilder text = new StringBuilder();
        subnets.byRoot()
                .forEach((root, subnet) ->
                        text.append(root).append('\t').append(subnet).append('\n'));
        if (Files.exists(file) && Files.readString(file).contentEquals(text)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
