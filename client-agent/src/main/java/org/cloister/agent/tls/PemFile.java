package org.cloister.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and keys in the textual encoding of RFC 7468. */
final class PemFile {
    /** A bundle of every public authority has 250 kB. */
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private PemFile() {}

    /** @throws IOException if there is none, or one is malformed, naming the file */
    static List<Certificate> certificates(Path file) throws IOException {
        try {
            List<Certificate> found = new ArrayList<>(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text(file).getBytes(StandardCharsets.US_ASCII))));
            if (found.isEmpty()) {
                throw new IOException(file + " has no certificate in it");
            }
            return found;
        } catch (CertificateException e) {
            throw new IOException(file + " isn't a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    /** @throws IOException if it isn't an unencrypted PKCS #8 key of a known kind, saying how to make it one */
    static PrivateKey key(Path file) throws IOException {
        String text = text(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IOException(
                    file
                            + " has no unencrypted PKCS #8 key in it (BEGIN PRIVATE KEY); openssl pkcs8 -topk8 -nocrypt makes one");
        }
        try {
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
                    .decode(text.substring(begin + BEGIN.length(), end).strip()));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (GeneralSecurityException e) {
                    continue;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the key in " + file + " is damaged", e);
        }
        throw new IOException("the key in " + file + " is none of " + ALGORITHMS);
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
