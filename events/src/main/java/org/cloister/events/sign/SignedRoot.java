package org.cloister.events.sign;

import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A trust root and signatures beside it: the root's text, an empty line, and a line {@code signature ID BASE64} for each. Says nothing of
 * whether they are good, or enough: {@link #objection} does.
 *
 * @param signatures at most {@value #MAX_SIGNATURES}
 */
public record SignedRoot(TrustRoot root, List<DetachedSignature> signatures) {
    /** In characters. */
    public static final int MAX_LENGTH = 32 * 1024;

    public static final int MAX_SIGNATURES = 40;
    private static final String SIGNATURE = "signature ";

    public SignedRoot {
        signatures = List.copyOf(signatures);
        if (signatures.size() > MAX_SIGNATURES
                || signatures.stream().anyMatch(signature -> signature.ed25519() == null)) {
            throw new IllegalArgumentException(
                    "a trust root has at most " + MAX_SIGNATURES + " signatures by Ed25519 keys");
        }
    }

    /** @throws IllegalArgumentException unless it is exactly what {@link #document} writes */
    public static SignedRoot parse(String document) {
        if (document.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a trust root of more than " + MAX_LENGTH + " characters");
        }
        int end = document.indexOf("\n\n");
        if (end < 0) {
            throw new IllegalArgumentException("a trust root ends with an empty line and its signatures");
        }
        List<DetachedSignature> signatures = new ArrayList<>();
        for (String line : document.substring(end + 2).lines().toList()) {
            if (!line.startsWith(SIGNATURE)) {
                throw new IllegalArgumentException("after a trust root stand signatures and nothing else");
            }
            signatures.add(DetachedSignature.parse(line.substring(SIGNATURE.length())));
        }
        SignedRoot signed = new SignedRoot(TrustRoot.parse(document.substring(0, end + 1)), signatures);
        if (!signed.document().equals(document)) {
            throw new IllegalArgumentException("the signatures of a trust root aren't written as they are");
        }
        return signed;
    }

    /** As it is stored and sent. */
    public String document() {
        return root.text()
                + "\n"
                + signatures.stream()
                        .map(signature -> SIGNATURE + signature.text() + "\n")
                        .collect(Collectors.joining());
    }

    /** The same with a signature of {@code key}, in the place of an earlier one. */
    public SignedRoot signedWith(Ed25519Key key, PrivateKey privateKey) {
        List<DetachedSignature> all = new ArrayList<>(signatures);
        all.removeIf(signature -> key.id().equals(signature.ed25519()));
        all.add(key.sign(privateKey, root.bytes()));
        return new SignedRoot(root, all);
    }

    /** How many of the keys signed it; one that signed twice counts once. */
    public int signers(List<Ed25519Key> keys) {
        byte[] text = root.bytes();
        return (int)
                keys.stream().distinct().filter(key -> isSignedBy(key, text)).count();
    }

    /** Whether the key, which need be none of the root's, signed it. */
    public boolean isSignedBy(Ed25519Key key) {
        return isSignedBy(key, root.bytes());
    }

    private boolean isSignedBy(Ed25519Key key, byte[] text) {
        return signatures.stream()
                .anyMatch(signature -> key.isNamedBy(signature) && key.isGood(signature.bytes(), text));
    }

    /**
     * Why it isn't what follows {@code before}, as a sentence without a full stop, or null if it is: one version more, of the same log,
     * signed by enough of the former root keys and by enough of its own.
     *
     * @param before null: this is the first one
     */
    public @Nullable String objection(@Nullable SignedRoot before) {
        int wanted = before == null ? 1 : before.root.version() + 1;
        if (root.version() != wanted) {
            return "it is version " + root.version() + ", and version " + wanted + " is next";
        }
        int own = signers(root.rootKeys());
        if (own < root.threshold()) {
            return own + " of its own root keys signed it, and " + root.threshold() + " must";
        }
        if (before == null) {
            return null;
        }
        if (!root.origin().equals(before.root.origin())) {
            return "it is of another log, " + root.origin();
        }
        int former = signers(before.root.rootKeys());
        return former < before.root.threshold()
                ? former + " of the root keys of version " + before.root.version() + " signed it, and "
                        + before.root.threshold() + " must"
                : null;
    }
}
