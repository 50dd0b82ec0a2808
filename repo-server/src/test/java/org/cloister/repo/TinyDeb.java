package org.cloister.repo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A package file of a few hundred bytes. */
public final class TinyDeb {
    private TinyDeb() {}

    /** The same arguments give the same bytes. */
    public static byte[] of(String name, String version, String depends) throws IOException {
        return of(name, version, depends, "");
    }

    /** @param more fields of the control paragraph, each with its line end */
    public static byte[] of(String name, String version, String depends, String more) throws IOException {
        String control = "Package: " + name + "\nVersion: " + version
                + "\nArchitecture: all\nMaintainer: A <a@example.org>\n"
                + (depends.isEmpty() ? "" : "Depends: " + depends + "\n") + more + "Description: made for a test\n";
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(file)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            member(ar, "control.tar.gz", tar(Map.of("./control", control)));
            member(ar, "data.tar.gz", tar(Map.of("./usr/share/" + name, name + " " + version + "\n")));
        }
        return file.toByteArray();
    }

    private static void member(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length, 0, 0, 0100644, 1_700_000_000L));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                for (int slash = file.getKey().indexOf('/', 2);
                        slash > 0;
                        slash = file.getKey().indexOf('/', slash + 1)) {
                    tar.putArchiveEntry(new TarArchiveEntry(file.getKey().substring(0, slash + 1)));
                    tar.closeArchiveEntry();
                }
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                entry.setModTime(1_700_000_000_000L);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
