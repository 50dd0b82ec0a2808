package org.cloister.repo.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import org.cloister.events.Digest;
import org.cloister.events.Principal;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.repo.decide.TrustDecider;
import org.cloister.repo.decide.TrustDecider.Admission;
import org.cloister.repo.view.TrustView;
import org.jspecify.annotations.Nullable;

/**
 * What an upload's signature is asked before anything of the upload is kept. The command asks again, with the keys as they are when it is
 * recorded. Thread-safe.
 *
 * @param signature null: the upload has none
 */
record UploadSignature(
        TrustView trust,
        InstantSource clock,
        Principal publisher,
        @Nullable DetachedSignature signature) {
    private static final String HEADER = "Package-Signature";
    private static final int CHUNK = 64 * 1024;

    /** @throws RefusedException if the header isn't a signature's text in Base64 */
    static UploadSignature of(Exchange exchange, TrustView trust, InstantSource clock) {
        String header = exchange.header(HEADER);
        DetachedSignature signature = header == null
                ? null
                : Exchange.value(
                        header,
                        text -> DetachedSignature.parse(
                                new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1)));
        return new UploadSignature(trust, clock, exchange.caller().principal(), signature);
    }

    /** Before the body is received. @throws RefusedException if it would be received in vain */
    void requireExpected() {
        require(TrustDecider.expect(trust.state(), publisher, signature, clock.instant()));
    }

    /** Before the file is unpacked. Reads all of it if there is a signature. @throws RefusedException if that isn't over this file */
    void requireOver(Path file) throws IOException {
        if (signature != null) {
            require(TrustDecider.admit(trust.state(), publisher, signature, digest(file), clock.instant()));
        }
    }

    private static void require(Admission admission) {
        if (admission instanceof Admission.Refused refused) {
            throw RefusedException.of(refused.refusal());
        }
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
            }
        }
        return Digest.ofHash(sha256.digest());
    }
}
