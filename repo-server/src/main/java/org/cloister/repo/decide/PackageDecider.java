package org.cloister.repo.decide;

import static org.cloister.repo.decide.Rule.ALREADY_PUBLISHED;
import static org.cloister.repo.decide.Rule.CONTENT_COLLECTED;
import static org.cloister.repo.decide.Rule.NOT_PUBLISHED;

import java.util.List;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.PackageState.Published;
import org.jspecify.annotations.Nullable;

/** The rules of publishing: a version is published once, with one content, for ever. */
public final class PackageDecider {
    private PackageDecider() {}

    /**
     * The artifact decides whether content is the same; where it came from doesn't. The layer may differ where a later import
     * unpacks otherwise: the first one stays.
     *
     * @param signature of the wanted artifact, verified, or null; one by another key adds to what is published
     */
    public static Decision<PackageEvent> publish(
            PackageState state, PackagePublished wanted, @Nullable PackageSigned signature) {
        Published present = state.version(wanted.id());
        if (present == null) {
            return Decision.acceptAll(signature == null ? List.of(wanted) : List.of(wanted, signature));
        }
        if (present.event().artifact().equals(wanted.artifact())) {
            return signature == null || present.signers().contains(signature.key())
                    ? Decision.unchanged()
                    : Decision.accept(signature);
        }
        return Decision.refuse(
                ALREADY_PUBLISHED,
                wanted.id() + " is published with other content: "
                        + present.event().artifact() + ", not " + wanted.artifact(),
                "publish it under a new version");
    }

    public static Decision<PackageEvent> yank(PackageState state, PackageId id, String reason) {
        Published present = state.version(id);
        if (present == null) {
            return notPublished(id);
        }
        return present.yanked() ? Decision.unchanged() : Decision.accept(new PackageYanked(id, reason));
    }

    /** @param here whether the pool has its artifact and its layer */
    public static Decision<PackageEvent> restore(PackageState state, PackageId id, String reason, boolean here) {
        Published present = state.version(id);
        if (present == null) {
            return notPublished(id);
        }
        if (present.yanked() && !here) {
            return Decision.refuse(
                    CONTENT_COLLECTED,
                    "the content of " + id + " was collected from the pool after it was yanked",
                    "publish the same file again, then restore it");
        }
        return present.yanked() ? Decision.accept(new PackageRestored(id, reason)) : Decision.unchanged();
    }

    private static Decision<PackageEvent> notPublished(PackageId id) {
        return Decision.refuse(
                NOT_PUBLISHED, id + " is not published", "see the published versions: cloister show " + id.name());
    }
}
