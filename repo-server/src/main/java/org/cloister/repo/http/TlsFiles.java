package org.cloister.repo.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the repository shows who it is with, and what it asks of clients (RFC 8446).
 *
 * @param certificate PEM: its own certificate, then those up to the authority
 * @param key PEM, PKCS #8 without a pass phrase
 * @param clientAuthority PEM: who has no certificate by one of these isn't let in; empty: nobody is asked for one
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthority) {
    /** @throws IllegalArgumentException naming a file that can't be read */
    public TlsFiles {
        requireReadable(certificate);
        requireReadable(key);
        clientAuthority.ifPresent(TlsFiles::requireReadable);
    }

    private static void requireReadable(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("the file " + file + " can't be read; TLS needs it");
        }
    }
}
