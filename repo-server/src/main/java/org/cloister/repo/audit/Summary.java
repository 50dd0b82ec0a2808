package org.cloister.repo.audit;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.AdvisoryEvent;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AuditEvent;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.events.ClosureEvent;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorEvent.PackagesWithdrawn;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.PoolEvent;
import org.cloister.events.PoolEvent.ContentCollected;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldReleased;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Role;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.TrustEvent.SignaturePolicyChanged;
import org.cloister.events.TrustEvent.TrustRootPublished;
import org.cloister.events.UserEvent;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.cloister.events.deb.PackageId;

/** Any event in a few words for people. */
enum Summary
        implements
                PackageEvent.Cases<String>, MirrorEvent.Cases<String>, ClosureEvent.Cases<String>,
                AccessEvent.Cases<String>, UserEvent.Cases<String>, DistributionEvent.Cases<String>,
                AdvisoryEvent.Cases<String>, AuditEvent.Cases<String>, PoolEvent.Cases<String>,
                TrustEvent.Cases<String> {
    WORDS;

    private static final int START = "sha256:".length() + 12;

    static String of(Event event) {
        if (event instanceof HostEvent host) {
            return host.match(HostSummary.WORDS);
        } else if (event instanceof PackageEvent change) {
            return change.match(WORDS);
        } else if (event instanceof MirrorEvent mirror) {
            return mirror.match(WORDS);
        } else if (event instanceof ClosureEvent closure) {
            return closure.match(WORDS);
        } else if (event instanceof AccessEvent access) {
            return access.match(WORDS);
        } else if (event instanceof UserEvent user) {
            return user.match(WORDS);
        } else if (event instanceof DistributionEvent distribution) {
            return distribution.match(WORDS);
        } else if (event instanceof AdvisoryEvent advisory) {
            return advisory.match(WORDS);
        } else if (event instanceof AuditEvent audit) {
            return audit.match(WORDS);
        } else if (event instanceof PoolEvent pool) {
            return pool.match(WORDS);
        } else if (event instanceof TrustEvent trust) {
            return trust.match(WORDS);
        }
        throw new IllegalStateException("a family of events that has no summary: " + event.getClass());
    }

    @Override
    public String on(PackagePublished event) {
        return "published " + event.id() + (event.mirror() == null ? "" : " from mirror " + event.mirror());
    }

    @Override
    public String on(PackageYanked event) {
        return "yanked " + event.id() + ": " + event.reason();
    }

    @Override
    public String on(PackageRestored event) {
        return "restored " + event.id() + ": " + event.reason();
    }

    @Override
    public String on(PackageSigned event) {
        return event.id() + " signed by " + event.publisher() + " with " + start(event.key());
    }

    @Override
    public String on(PublisherKeyRegistered event) {
        return "key " + start(event.key()) + " registered for " + event.publisher();
    }

    @Override
    public String on(PublisherKeyRevoked event) {
        return "key " + start(event.key()) + " revoked: " + event.reason();
    }

    @Override
    public String on(TrustRootPublished event) {
        return "trust root version " + event.version();
    }

    @Override
    public String on(SignaturePolicyChanged event) {
        return "signatures of uploads: " + event.policy().text();
    }

    @Override
    public String on(MirrorDefined event) {
        return "mirror " + event.name() + " is " + event.url() + " " + event.suite() + " "
                + String.join(" ", event.components());
    }

    @Override
    public String on(MirrorSynchronized event) {
        return "mirror " + event.name() + " synchronized, " + event.published().size() + " new versions";
    }

    @Override
    public String on(PackagesListed event) {
        return "mirror " + event.name() + " lists " + event.listed().size() + " packages of " + event.component();
    }

    @Override
    public String on(PackagesWithdrawn event) {
        return "mirror " + event.name() + " no longer lists "
                + event.withdrawn().size() + " packages of " + event.component();
    }

    @Override
    public String on(MirrorIndexed event) {
        return "mirror " + event.name() + " indexed: " + event.listed() + " packages listed, " + event.withdrawn()
                + " withdrawn, " + event.total() + " in all";
    }

    @Override
    public String on(MirrorSyncFailed event) {
        return "mirror " + event.name() + " failed: " + event.reason();
    }

    @Override
    public String on(ClosureConfigured event) {
        return "closure " + start(event.closure()) + " configured as layer " + start(event.layer());
    }

    /** As much of a digest as tells it from others at a glance; the event itself has all of it. */
    private static String start(Object digest) {
        String text = digest.toString();
        return text.substring(0, Math.min(START, text.length())) + "…";
    }

    @Override
    public String on(TokenIssued event) {
        String roles = event.roles().stream().map(Role::text).collect(Collectors.joining(", "));
        return "token " + event.id() + " for " + event.principal() + " (" + roles + ")";
    }

    @Override
    public String on(RequestsRefused event) {
        return event.count() + (event.count() == 1 ? " request" : " requests") + " refused, " + event.operation()
                + " by " + event.principal() + " from " + event.address() + ": "
                + event.rule().replace('-', ' ');
    }

    @Override
    public String on(TokenRevoked event) {
        return "token " + event.id() + " revoked: " + event.reason();
    }

    @Override
    public String on(PersonRegistered event) {
        return event.person().principal() + " registered";
    }

    @Override
    public String on(PersonErased event) {
        return event.person().principal() + " erased: " + event.reason();
    }

    @Override
    public String on(SystemUserRegistered event) {
        return event.kind().name().toLowerCase(Locale.ROOT) + " " + event.name() + " has id " + event.id();
    }

    @Override
    public String on(DistributionDefined event) {
        String follows = event.mirrors().isEmpty()
                ? ""
                : " follows " + event.mirrors().stream().map(Object::toString).collect(Collectors.joining(", "));
        return "distribution " + event.name() + follows + (event.uploads() ? " takes uploads" : "");
    }

    @Override
    public String on(PackagesIncluded event) {
        return "distribution " + event.name() + " includes " + some(event.packages());
    }

    @Override
    public String on(PackagesExcluded event) {
        return "distribution " + event.name() + " excludes " + some(event.packages()) + ": " + event.reason();
    }

    private static String some(List<PackageId> packages) {
        return packages.size() == 1 ? packages.get(0).toString() : packages.size() + " packages";
    }

    @Override
    public String on(DistributionPromoted event) {
        return "distribution " + event.from() + " as of " + event.asOf() + " promoted to " + event.to();
    }

    @Override
    public String on(DistributionRolledBack event) {
        return "distribution " + event.name() + " rolled back to " + event.to() + ": " + event.reason();
    }

    @Override
    public String on(AdvisoryImported event) {
        return "advisory " + event.id() + (event.withdrawn() == null ? ": " : " is withdrawn: ") + event.summary();
    }

    @Override
    public String on(RetentionChanged event) {
        return "retention is " + event.days() + " days and " + event.rollbacks() + " rollbacks of each root";
    }

    @Override
    public String on(HoldPlaced event) {
        return "hold " + event.name() + " on " + event.target() + ": " + event.reason();
    }

    @Override
    public String on(HoldReleased event) {
        return "hold " + event.name() + " released: " + event.reason();
    }

    @Override
    public String on(ContentCollected event) {
        return "collected " + event.artifacts() + " artifacts, " + event.layers() + " layers and " + event.objects()
                + " objects, " + event.bytes() + " bytes, listed in " + start(event.manifest());
    }

    @Override
    public String on(Rehashed event) {
        String what = "hashed " + event.events() + " events and " + event.files() + " files again: ";
        return what
                + (event.damaged() == 0
                        ? "all is what was stored"
                        : event.damaged() + " DAMAGED, first "
                                + event.first().get(0).place());
    }
}
