package org.cloister.agent.command.sources;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The sources and keys of this machine. {@code root} is {@code /} but for tests. */
public record HostSources(Path root) {
    private static final String SOURCES = "etc/apt/sources.list";
    private static final String SOURCES_PARTS = "etc/apt/sources.list.d";
    private static final String MIRROR_LIST = "mirror+file:";
    private static final String TRUSTED = "etc/apt/trusted.gpg.d";
    /** The repository takes no larger key text. */
    private static final int MAX_KEY_BYTES = 700 * 1024;

    /**
     * What can be mirrored, and what not.
     *
     * @param leftOut sources that the repository can't reach, with the reason, for people
     */
    public record Found(List<AptSource> sources, List<String> leftOut) {
        public Found {
            sources = List.copyOf(sources);
            leftOut = List.copyOf(leftOut);
        }
    }

    /** In the order in which apt reads them, each archive and suite once; the first archive of a {@code mirror+file:} list. */
    public Found found() throws IOException {
        List<AptSource> usable = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (AptSource source : sources()) {
            String url = source.url();
            if (url.startsWith(MIRROR_LIST)) {
                url = firstOf(root.resolve(url.substring(MIRROR_LIST.length()).replaceFirst("^/+", "")));
            }
            if (url.startsWith("http://") || url.startsWith("https://")) {
                usable.add(source.at(url.replaceFirst("/+$", "")));
            } else {
                leftOut.add(source.url() + " " + source.suite() + ": the repository fetches over http and https only");
            }
        }
        return new Found(usable.stream().distinct().toList(), leftOut);
    }

    /** Empty if the list names none, or isn't there (apt-transport-mirror(1)). */
    private static String firstOf(Path mirrors) throws IOException {
        if (!Files.isRegularFile(mirrors)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(mirrors)) {
            return lines.map(line -> line.strip().split("\\s+", 2)[0])
                    .filter(word -> word.startsWith("http://") || word.startsWith("https://"))
                    .findFirst()
                    .orElse("");
        }
    }

    private List<AptSource> sources() throws IOException {
        List<AptSource> sources = new ArrayList<>();
        Path single = root.resolve(SOURCES);
        if (Files.isRegularFile(single)) {
            sources.addAll(SourcesList.parseLines(Files.readString(single)));
        }
        for (Path part : files(root.resolve(SOURCES_PARTS))) {
            String name = String.valueOf(part.getFileName());
            if (name.endsWith(".list")) {
                sources.addAll(SourcesList.parseLines(Files.readString(part)));
            } else if (name.endsWith(".sources")) {
                sources.addAll(SourcesList.parseParagraphs(Files.readString(part)));
            }
        }
        return sources.stream().distinct().toList();
    }

    /** The keys of which one must sign {@code source}, as one armored block. @throws IOException if there are none */
    public String keys(AptSource source) throws IOException {
        List<String> named = source.signedBy();
        if (named.size() == 1 && named.get(0).startsWith("-----BEGIN")) {
            return named.get(0);
        }
        List<Path> files = new ArrayList<>();
        if (named.isEmpty()) {
            files.addAll(files(root.resolve(TRUSTED)));
        }
        for (String path : named) {
            files.add(root.resolve(path.substring(1)));
        }
        return armored(files);
    }

    /** All keys of these files as one armored block. */
    public static String armored(List<Path> files) throws IOException {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (Files.size(file) > MAX_KEY_BYTES) {
                throw new IOException(file + " is too large for a keyring");
            }
            try {
                packets.writeBytes(Armor.packets(Files.readAllBytes(file)));
            } catch (IllegalArgumentException e) {
                throw new IOException(name + " holds no OpenPGP public keys: " + e.getMessage(), e);
            }
        }
        if (packets.size() == 0) {
            throw new IOException("no keys: the source names none and " + TRUSTED + " is empty");
        }
        return Armor.of(packets.toByteArray());
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
