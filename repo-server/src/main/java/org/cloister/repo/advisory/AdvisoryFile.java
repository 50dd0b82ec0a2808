package org.cloister.repo.advisory;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.Digest;

/**
 * A file of advisories: one of OSV (ossf.github.io/osv-schema), a JSON array of them, or the whole of Debian's security tracker
 * ({@code security-tracker.debian.org/tracker/data/json}). Reads foreign bytes: every size is limited.
 */
public final class AdvisoryFile {
    /** The tracker knows 50,000. */
    static final int MAX_ADVISORIES = 300_000;
    /** A package in a release; the largest of OSV have some hundred. */
    static final int MAX_AFFECTED = 10_000;
    /** Characters; more of a description is left out. */
    static final int MAX_SUMMARY = 500;
    /** What is left out is counted; only the first are told one by one. */
    static final int MAX_TOLD = 20;

    private static final int MAX_DEPTH = 50;
    /** Details of an advisory are read over, but read. */
    private static final int MAX_STRING = 4 * 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .build())
            .build());

    private AdvisoryFile() {}

    /** The file's bytes, from the first one, each time. The caller closes them. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    /**
     * What a file says.
     *
     * @param file the digest of its bytes
     * @param format {@code osv} or {@code debian-security-tracker}
     * @param advisories one for each name
     * @param leftOut how many statements could not be used
     * @param reasons why, of the first of them
     */
    public record Read(
            Digest file, String format, List<AdvisoryImported> advisories, int leftOut, List<String> reasons) {
        public Read {
            advisories = List.copyOf(advisories);
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * @throws IllegalArgumentException if it is neither, saying where it isn't
     * @throws IOException if it can't be read
     */
    public static Read read(Content content) throws IOException {
        try {
            Digest digest = digest(content);
            boolean osv;
            try (InputStream in = content.open();
                    JsonParser parser = JSON.createParser(in)) {
                osv = isOsv(parser);
            }
            try (InputStream in = content.open();
                    JsonParser parser = JSON.createParser(in)) {
                return osv ? new OsvReader(digest).read(parser) : new TrackerReader(digest).read(parser);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON that can be used: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw new IllegalArgumentException("not text: " + e.getMessage(), e);
        }
    }

    private static Digest digest(Content content) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = new DigestInputStream(content.open(), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.ofHash(sha256.digest());
    }

    /** OSV has a name at the top or is an array; the tracker has packages. */
    private static boolean isOsv(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            return true;
        }
        if (first != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("neither a JSON object nor an array of them");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
