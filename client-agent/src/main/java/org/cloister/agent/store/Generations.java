package org.cloister.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cloister.agent.control.KeptGeneration;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.StoreLayout;

/**
 * {@code STATE/generations} and the link {@code STATE/current}. A generation is written, forced to the disk and only then
 * named by {@code current}, which is replaced by rename: it always names a complete one. One thread writes.
 */
public final class Generations {
    /** As many as a person would look back at. */
    private static final int KEPT = 20;

    private final Path state;

    public Generations(Path state) throws IOException {
        this.state = state;
        Files.createDirectories(state.resolve(StoreLayout.GENERATIONS));
    }

    /** The present one, or empty on a new machine. */
    public Optional<Generation> current() throws IOException {
        Path file = state.resolve(StoreLayout.CURRENT).resolve(StoreLayout.GENERATION_FILE);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    private static Generation read(Path file) throws IOException {
        return Generation.parse(Files.readString(file));
    }

    /** Writes a generation and makes it the present one. @return its file */
    public Path write(Generation generation) throws IOException {
        long number = numbers().stream().findFirst().orElse(0L) + 1;
        Path directory = state.resolve(StoreLayout.GENERATIONS).resolve(Long.toString(number));
        Files.createDirectory(directory);
        Path file = directory.resolve(StoreLayout.GENERATION_FILE);
        Durability.writeAtomically(file, generation.text().getBytes(StandardCharsets.UTF_8));
        Durability.syncDirectory(Durability.parent(directory));
        Path link = state.resolve(StoreLayout.CURRENT + ".new");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(StoreLayout.GENERATIONS, Long.toString(number)));
        Files.move(link, state.resolve(StoreLayout.CURRENT), StandardCopyOption.ATOMIC_MOVE);
        Durability.syncDirectory(state);
        forgetOld();
        return file;
    }

    /** A generation that never becomes the present one: the present roots and scratch roots. @return its file */
    public Path writeScratch(Generation generation) throws IOException {
        Path file = state.resolve(StoreLayout.GENERATIONS).resolve("scratch");
        Durability.writeAtomically(file, generation.text().getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /** The file of the present one. */
    public Optional<Path> currentFile() throws IOException {
        Path link = state.resolve(StoreLayout.CURRENT);
        return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(state.resolve(Files.readSymbolicLink(link)).resolve(StoreLayout.GENERATION_FILE))
                : Optional.empty();
    }

    /** Newest first. */
    public List<KeptGeneration> list() throws IOException {
        long present = currentNumber();
        List<KeptGeneration> kept = new ArrayList<>();
        for (long number : numbers()) {
            Path file = state.resolve(StoreLayout.GENERATIONS)
                    .resolve(Long.toString(number))
                    .resolve(StoreLayout.GENERATION_FILE);
            if (Files.exists(file)) {
                Generation generation = read(file);
                Instant writtenAt = Files.getLastModifiedTime(file).toInstant();
                kept.add(new KeptGeneration(
                        number,
                        generation.position(),
                        generation.digest(),
                        writtenAt,
                        generation.roots().stream().map(Generation.Root::name).toList(),
                        number == present));
            }
        }
        return kept;
    }

    private long currentNumber() throws IOException {
        Path link = state.resolve(StoreLayout.CURRENT);
        return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
                ? Long.parseLong(Files.readSymbolicLink(link).getFileName().toString())
                : 0;
    }

    private List<Long> numbers() throws IOException {
        try (Stream<Path> directories = Files.list(state.resolve(StoreLayout.GENERATIONS))) {
            return directories
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{1,18}"))
                    .map(Long::valueOf)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private void forgetOld() throws IOException {
        List<Long> numbers = numbers();
        for (long number : numbers.subList(Math.min(KEPT, numbers.size()), numbers.size())) {
            Path directory = state.resolve(StoreLayout.GENERATIONS).resolve(Long.toString(number));
            Files.deleteIfExists(directory.resolve(StoreLayout.GENERATION_FILE));
            Files.deleteIfExists(directory);
        }
    }
}
