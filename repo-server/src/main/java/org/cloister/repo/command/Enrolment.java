package org.cloister.repo.command;

import java.nio.charset.StandardCharsets;

/**
 * A machine that wants to be a host.
 *
 * @param name what people call it
 * @param publicKey Ed25519, X.509 SubjectPublicKeyInfo, base64
 * @param signature base64, over {@link #signedText}
 */
public record Enrolment(String name, String publicKey, String signature) {
    /** {@code docs/protocol.md}, "Signatures of a host". */
    byte[] signedText() {
        return ("cloister-enrolment 1\n" + name + '\n' + publicKey + '\n').getBytes(StandardCharsets.UTF_8);
    }
}
