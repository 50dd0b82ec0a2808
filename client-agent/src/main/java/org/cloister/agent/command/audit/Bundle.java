package org.cloister.agent.command.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.codec.EventCodec;

/**
 * A proof about an event that others can check without the repository: a ZIP file with {@code proof.json} and the files that upstream
 * signed, each named by its digest ({@code docs/protocol.md}, "Proof bundle"). What is in it is believed only after {@link BundleCheck}.
 *
 * @param subject the event that it is about
 * @param note the signed checkpoint
 * @param events the subject, and those that it follows from
 * @param files by what their names claim to be their digest
 */
public record Bundle(Position subject, String note, List<Proved> events, Map<Digest, byte[]> files) {
    private static final String FORMAT = "cloister-proof 1";
    private static final String PROOF = "proof.json";
    private static final String FILES = "files/";
    /** A closure of some thousand packages from a handful of suites. */
    private static final int MAX_FILES = 200;
    /** Expanded, of one of them: a whole suite's index has 50 MB. */
    private static final int MAX_FILE_BYTES = 256 * 1024 * 1024;
    /** And of all together. */
    private static final long MAX_BYTES = 1L << 30;
    /** A tree of 2^64 leaves is as high. */
    private static final int MAX_PATH = 64;

    /**
     * An event as the log carries it.
     *
     * @param line its bytes ({@code docs/protocol.md}, "Recorded event")
     * @param path its inclusion proof up to the checkpoint's root
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Proved(byte[] line, List<byte[]> path) {
        public Proved {
            path = List.copyOf(path);
        }
    }

    public Bundle {
        events = List.copyOf(events);
        files = Map.copyOf(files);
    }

    public void write(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        ObjectNode proof = EventCodec.json().createObjectNode();
        proof.put("format", FORMAT).put("position", subject.value()).put("checkpoint", note);
        ArrayNode list = proof.putArray("events");
        for (Proved event : events) {
            ObjectNode one = list.addObject().put("event", new String(event.line(), StandardCharsets.UTF_8));
            ArrayNode path = one.putArray("path");
            event.path().forEach(hash -> path.add(Base64.getEncoder().encodeToString(hash)));
        }
        entry(zip, PROOF, EventCodec.json().writerWithDefaultPrettyPrinter().writeValueAsBytes(proof));
        for (Map.Entry<Digest, byte[]> file : new TreeMap<>(files).entrySet()) {
            entry(zip, FILES + file.getKey().hex(), file.getValue());
        }
        zip.finish();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /**
     * @throws IllegalArgumentException if it is no bundle, saying why
     * @throws IOException if it can't be read
     */
    public static Bundle read(InputStream in) throws IOException {
        byte[] proof = new byte[0];
        Map<Digest, byte[]> files = new TreeMap<>();
        long left = MAX_BYTES;
        try {
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes((int) Math.min(MAX_FILE_BYTES, left) + 1);
                left -= content.length;
                require(content.length <= MAX_FILE_BYTES && left > 0, "it expands to more than a bundle has");
                if (entry.getName().equals(PROOF)) {
                    proof = content;
                } else if (entry.getName().startsWith(FILES)) {
                    files.put(new Digest(entry.getName().substring(FILES.length())), content);
                    require(files.size() <= MAX_FILES, "it has more than " + MAX_FILES + " files");
                }
            }
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new IllegalArgumentException("it is no whole ZIP file: " + e.getMessage(), e);
        }
        require(proof.length > 0, "it has no " + PROOF);
        return parse(proof, files);
    }

    private static Bundle parse(byte[] proof, Map<Digest, byte[]> files) throws IOException {
        JsonNode document;
        try {
            document = EventCodec.json().readTree(proof);
        } catch (com.fasterxml.jackson.core.JacksonException | java.io.CharConversionException e) {
            throw new IllegalArgumentException(PROOF + " is no JSON", e);
        }
        require(document.path("format").asText().equals(FORMAT), "it isn't of the format " + FORMAT);
        List<Proved> events = new ArrayList<>();
        for (JsonNode event : document.path("events")) {
            List<byte[]> path = new ArrayList<>();
            for (JsonNode hash : event.path("path")) {
                path.add(Base64.getDecoder().decode(hash.asText()));
            }
            require(path.size() <= MAX_PATH, "an inclusion proof is longer than that of any tree");
            events.add(new Proved(event.path("event").asText().getBytes(StandardCharsets.UTF_8), path));
        }
        return new Bundle(
                new Position(document.path("position").asLong()),
                document.path("checkpoint").asText(),
                events,
                files);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
