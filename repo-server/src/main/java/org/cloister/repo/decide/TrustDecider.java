package org.cloister.repo.decide;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.events.Digest;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.TrustEvent.SignaturePolicyChanged;
import org.cloister.events.TrustEvent.TrustRootPublished;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.PackageStatement;
import org.cloister.events.sign.PublisherKey;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.decide.TrustState.Key;
import org.jspecify.annotations.Nullable;

/** Rules of publishers' keys, and of what is published with them. */
public final class TrustDecider {
    /** Revoked ones too; an organization's publishers, over decades. */
    static final int MAX_KEYS = 10_000;
    /** That a publisher may use; each is tried on a signature that names none. */
    static final int MAX_KEYS_OF_ONE = 20;

    private TrustDecider() {}

    /** A key is one publisher's, once: what is revoked isn't registered again. */
    public static Decision<TrustEvent> register(TrustState state, PublisherKeyRegistered wanted) {
        Key present = state.keys().get(wanted.key());
        if (present != null) {
            return again(present, wanted);
        }
        long usable = state.keys().values().stream()
                .filter(key -> key.revoked() == null && key.event().publisher().equals(wanted.publisher()))
                .count();
        if (usable >= MAX_KEYS_OF_ONE || state.keys().size() >= MAX_KEYS) {
            return Decision.refuse(
                    Rule.TOO_LARGE,
                    wanted.publisher() + " has " + usable + " keys of " + MAX_KEYS_OF_ONE + ", and there are "
                            + state.keys().size() + " of " + MAX_KEYS,
                    "revoke those that aren't used: cloister key list");
        }
        return Decision.accept(wanted);
    }

    private static Decision<TrustEvent> again(Key present, PublisherKeyRegistered wanted) {
        if (present.revoked() != null) {
            return revoked(present);
        }
        return present.event().publisher().equals(wanted.publisher())
                ? Decision.unchanged()
                : Decision.refuse(
                        Rule.PUBLISHER_KEY_TAKEN,
                        wanted.key() + " is a key of " + present.event().publisher(),
                        "make a key for " + wanted.publisher() + ": cloister key new FILE");
    }

    private static <E extends TrustEvent> Decision<E> revoked(Key key) {
        Refusal refusal = revokedKey(key);
        return Decision.refuse(refusal.rule(), refusal.detail(), refusal.remedy());
    }

    private static Refusal revokedKey(Key key) {
        return new Refusal(
                Rule.PUBLISHER_KEY_REVOKED,
                key.event().key() + " of " + key.event().publisher() + " is revoked: " + key.revokedFor(),
                "sign with another key; cloister key new FILE makes one, and an administrator registers it");
    }

    /** @param by whose word it is, unless {@code all}: that of the key's own publisher only */
    public static Decision<TrustEvent> revoke(
            TrustState state, PublisherKeyId key, String reason, Principal by, boolean all) {
        Key present = state.keys().get(key);
        if (present == null) {
            return Decision.refuse(
                    Rule.PUBLISHER_KEY_UNKNOWN,
                    "no key " + key + " is registered",
                    "see those that are: cloister key list");
        }
        if (!all && !present.event().publisher().equals(by)) {
            return Decision.refuse(
                    Rule.ROLE_MISSING,
                    key + " is a key of " + present.event().publisher() + ", not of " + by,
                    "ask " + present.event().publisher() + ", or an administrator");
        }
        return present.revoked() == null ? Decision.accept(new PublisherKeyRevoked(key, reason)) : Decision.unchanged();
    }

    public static Decision<TrustEvent> change(TrustState state, SignaturePolicy policy) {
        return state.policy() == policy ? Decision.unchanged() : Decision.accept(new SignaturePolicyChanged(policy));
    }

    /**
     * The keys that the repository signs with now. A root without them would have every agent refuse the repository.
     *
     * @param release the fingerprint, in upper-case hexadecimal digits
     */
    public record OnlineKeys(NoteKey checkpoint, String release) {}

    /** The root follows the last one by both their keys' word, hasn't expired, and has the keys that sign now. */
    public static Decision<TrustEvent> publish(TrustState state, SignedRoot next, OnlineKeys online, Instant now) {
        SignedRoot last = state.roots().isEmpty()
                ? null
                : SignedRoot.parse(
                        state.roots().get(state.roots().size() - 1).event().document());
        if (last != null && last.root().equals(next.root())) {
            return Decision.unchanged();
        }
        String objection = next.objection(last);
        if (objection != null) {
            return invalid(
                    objection, "have the holders of the root keys sign it: cloister trust sign FILE --key KEYFILE");
        }
        if (!next.root().expires().isAfter(now)) {
            return invalid("it expired at " + next.root().expires(), "make it again with a later end");
        }
        if (!next.root().checkpointKeys().contains(online.checkpoint())) {
            return invalid(
                    "it lacks the key that signs checkpoints, "
                            + online.checkpoint().text(),
                    "make it again with that key, or agents would refuse the log");
        }
        List<String> releases = next.root().releaseKeys();
        if (!releases.isEmpty() && !releases.contains(online.release())) {
            return invalid(
                    "it lacks the key that signs distributions, " + online.release(),
                    "make it again with that key, or without any for distributions");
        }
        return Decision.accept(new TrustRootPublished(next.root().version(), next.document()));
    }

    private static Decision<TrustEvent> invalid(String why, String remedy) {
        return Decision.refuse(Rule.TRUST_ROOT_INVALID, "the trust root can't be the next one: " + why, remedy);
    }

    /** Whether an upload may go on, as far as its signature is concerned. */
    public sealed interface Admission {
        /** @param signer the key that signed, or null for an upload without a signature */
        record Admitted(@Nullable PublisherKeyId signer) implements Admission {}

        record Refused(Refusal refusal) implements Admission {}
    }

    /**
     * What can be said before the artifact is here: that a signature is needed or isn't taken, and that it names a key with which this
     * publisher may sign. It isn't verified.
     */
    public static Admission expect(
            TrustState state, Principal publisher, @Nullable DetachedSignature signature, Instant now) {
        return admit(state, publisher, signature, null, now);
    }

    /** The whole rule: the signature is over {@code artifact}, by a key of the one who publishes it. */
    public static Admission admit(
            TrustState state,
            Principal publisher,
            @Nullable DetachedSignature signature,
            @Nullable Digest artifact,
            Instant now) {
        if (signature == null) {
            return state.policy() == SignaturePolicy.REQUIRE
                    ? refused(
                            Rule.SIGNATURE_REQUIRED,
                            "uploads must be signed by their publisher, and this one isn't",
                            "sign it: cloister publish FILE --sign-with KEYFILE; " + keysOf(state, publisher))
                    : new Admission.Admitted(null);
        }
        if (state.policy() == SignaturePolicy.OFF) {
            return refused(
                    Rule.SIGNATURES_OFF,
                    "signatures aren't verified here, so none is taken",
                    "publish it without one, or have an administrator change that: cloister key policy accept");
        }
        return by(state, publisher, signature, artifact, now);
    }

    private static Admission by(
            TrustState state,
            Principal publisher,
            DetachedSignature signature,
            @Nullable Digest artifact,
            Instant now) {
        List<Key> named = new ArrayList<>();
        for (Key key : state.keys().values()) {
            if (key.event().publisher().equals(publisher)
                    && PublisherKey.parse(key.event().publicKey()).isNamedBy(signature)) {
                named.add(key);
            }
        }
        if (named.isEmpty()) {
            return refused(
                    Rule.PUBLISHER_KEY_UNKNOWN,
                    "the signature is by no key of " + publisher,
                    keysOf(state, publisher) + "; an administrator registers another: cloister key add");
        }
        Key key =
                named.stream().filter(one -> one.revoked() == null).findFirst().orElse(named.get(0));
        if (key.revoked() != null) {
            return new Admission.Refused(revokedKey(key));
        }
        String objection = artifact == null
                ? null
                : PublisherKey.parse(key.event().publicKey()).objection(signature, PackageStatement.of(artifact), now);
        return objection == null
                ? new Admission.Admitted(key.event().key())
                : refused(
                        Rule.SIGNATURE_INVALID,
                        "the signature by " + key.event().key() + " " + objection + ": " + artifact,
                        "sign the statement of this very file: cloister key statement FILE");
    }

    private static String keysOf(TrustState state, Principal publisher) {
        String keys = state.keys().values().stream()
                .filter(key -> key.revoked() == null && key.event().publisher().equals(publisher))
                .map(key -> key.event().key().text())
                .collect(Collectors.joining(", "));
        return keys.isEmpty() ? publisher + " has no key" : publisher + " has " + keys;
    }

    private static Admission refused(Rule rule, String detail, String remedy) {
        return new Admission.Refused(new Refusal(rule, detail, remedy));
    }
}
