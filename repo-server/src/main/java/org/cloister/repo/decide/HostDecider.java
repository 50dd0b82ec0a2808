package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/** The rules of what can be asked of a host. {@link ReportDecider} has those of what it can report. */
public final class HostDecider {
    /** Roots in one command. */
    public static final int MAX_ROOTS = 1_000;

    private HostDecider() {}

    /**
     * The same key again changes nothing but the name.
     *
     * @param proved whether the enrolment is signed with the private half of its key
     */
    public static Decision<HostEvent> enrol(HostState state, HostEnrolled wanted, boolean proved) {
        HostEnrolled present = state.enrolment();
        HostRetired retirement = state.retirement();
        if (!proved) {
            return Decision.refuse(
                    Rule.SIGNATURE_INVALID,
                    "the enrolment of " + wanted.name() + " isn't signed with the key that it names",
                    "sign the enrolment with the private half of that key");
        }
        if (present != null && !present.publicKey().equals(wanted.publicKey())) {
            return Decision.refuse(
                    Rule.HOST_ID_TAKEN,
                    "another key has the host id " + wanted.host(),
                    "make a new key for this host and enrol again");
        }
        if (retirement != null) {
            return new Decision.Refused<>(retired(wanted.host(), retirement));
        }
        return wanted.equals(present) ? Decision.unchanged() : Decision.accept(wanted);
    }

    /** For a key from which no host id can be made. */
    public static Refusal notEd25519(String name) {
        return new Refusal(
                Rule.KEY_INVALID,
                "the public key of " + name + " isn't an Ed25519 key",
                "send its X.509 SubjectPublicKeyInfo in base64");
    }

    public static Decision<HostEvent> retire(HostState state, HostId host, String reason) {
        if (state.enrolment() == null) {
            return new Decision.Refused<>(notEnrolled(host));
        }
        return state.retirement() != null ? Decision.unchanged() : Decision.accept(new HostRetired(host, reason));
    }

    /**
     * A root that has what is wanted already is left out.
     *
     * @param upgrade whether a root that holds another version or closure of the same package gets this one
     */
    public static Decision<HostEvent> install(HostState state, HostId host, List<RootTarget> wanted, boolean upgrade) {
        Refusal refusal =
                refusal(state, host, wanted.stream().map(RootTarget::root).toList());
        if (refusal != null) {
            return new Decision.Refused<>(refusal);
        }
        List<RootTarget> changed = new ArrayList<>();
        for (RootTarget target : wanted) {
            RootTarget present = state.target(target.root());
            Refusal clash = clash(present, target, upgrade);
            if (clash != null) {
                return new Decision.Refused<>(clash);
            }
            if (present == null || (upgrade && !present.equals(target))) {
                changed.add(target);
            }
        }
        return changed.isEmpty() ? Decision.unchanged() : Decision.accept(new InstallRequested(changed));
    }

    /** The roots that an upgrade is about: those that are named, or all that the host shall have. */
    public static Upgradable upgradable(HostState state, HostId host, List<RootName> named) {
        List<RootName> roots = named.isEmpty() ? state.present() : named;
        Refusal refusal = roots.isEmpty() ? absence(state, host) : refusal(state, host, roots);
        List<RootTarget> present = new ArrayList<>();
        for (RootName root : roots) {
            RootTarget target = state.target(root);
            if (target != null) {
                present.add(target);
            } else if (refusal == null) {
                refusal = notInstalled(host, root);
            }
        }
        return new Upgradable(present, refusal);
    }

    /** Either roots, which may be none, or a refusal. */
    public record Upgradable(
            List<RootTarget> roots, @Nullable Refusal refusal) {
        public Upgradable {
            roots = List.copyOf(roots);
        }
    }

    private static @Nullable Refusal clash(@Nullable RootTarget present, RootTarget wanted, boolean upgrade) {
        if (wanted.root().text().startsWith(".")) {
            return new Refusal(
                    Rule.ROOT_NAME_INVALID,
                    "the root name " + wanted.root() + " starts with a dot, which marks scratch roots",
                    "name the root otherwise: --as ALIAS");
        }
        if (present == null
                || (upgrade && sameName(present, wanted))
                || present.requested().equals(wanted.requested())) {
            return null;
        }
        if (!sameName(present, wanted)) {
            return new Refusal(
                    Rule.ROOT_TAKEN,
                    "root " + wanted.root() + " holds " + present.requested() + ", not "
                            + wanted.requested().name(),
                    "give the new root another name with --as ALIAS, or remove " + wanted.root() + " first");
        }
        return new Refusal(
                Rule.VERSION_DIFFERS,
                "root " + wanted.root() + " holds version "
                        + present.requested().version() + ", and "
                        + wanted.requested().version() + " was asked for",
                "replace it with upgrade, or install beside it with --as ALIAS");
    }

    private static boolean sameName(RootTarget present, RootTarget wanted) {
        return present.requested().name().equals(wanted.requested().name());
    }

    public static Decision<HostEvent> remove(HostState state, HostId host, List<RootName> roots) {
        Refusal refusal = refusal(state, host, roots);
        if (refusal != null) {
            return new Decision.Refused<>(refusal);
        }
        for (RootName root : roots) {
            if (state.target(root) == null) {
                return new Decision.Refused<>(notInstalled(host, root));
            }
        }
        return Decision.accept(new RemovalRequested(roots));
    }

    /** Each root becomes what it was before its last change; a removed one comes back. */
    public static Decision<HostEvent> rollback(HostState state, HostId host, List<RootName> roots) {
        Refusal refusal = refusal(state, host, roots);
        if (refusal != null) {
            return new Decision.Refused<>(refusal);
        }
        List<RootTarget> targets = new ArrayList<>();
        for (RootName root : roots) {
            RootHistory history = state.history(root);
            RootTarget previous = history.previous();
            if (previous == null) {
                return new Decision.Refused<>(
                        history.present() == null ? notInstalled(host, root) : nothingBefore(root));
            }
            targets.add(previous);
        }
        return Decision.accept(new RollbackRequested(targets));
    }

    /**
     * A root of the host wants ports ({@link ResourceBroker}). What can't be granted waits: that is no refusal of the command.
     *
     * @param ports every one once
     */
    public static Decision<HostEvent> lease(
            HostState state, HostId host, RootName root, PortSource source, List<Port> ports, HostPorts offered) {
        Refusal refusal = refusal(state, host, List.of(root));
        if (refusal == null && state.target(root) == null) {
            refusal = notInstalled(host, root);
        }
        return refusal == null
                ? ResourceBroker.ask(state.leases(), root, source, ports, offered)
                : new Decision.Refused<>(refusal);
    }

    /** These ports of a root are wanted no longer, or all of them; of a root that is gone too. */
    public static Decision<HostEvent> release(HostState state, HostId host, RootName root, List<Port> ports) {
        Refusal absence = absence(state, host);
        return absence == null
                ? ResourceBroker.release(state.leases(), root, ports, "it was asked to")
                : new Decision.Refused<>(absence);
    }

    public static Decision<HostEvent> changePortPolicy(HostState state, HostId host, PortPolicy policy) {
        Refusal absence = absence(state, host);
        return absence == null ? ResourceBroker.change(state.leases(), policy) : new Decision.Refused<>(absence);
    }

    /** A root that is installed gets a device, or is told who has it. */
    public static Decision<HostEvent> grantDevice(HostState state, HostId host, RootName root, DeviceId device) {
        Refusal refusal = refusal(state, host, List.of(root));
        if (refusal == null && state.target(root) == null) {
            refusal = notInstalled(host, root);
        }
        return refusal == null ? DeviceBroker.grant(state.devices(), root, device) : new Decision.Refused<>(refusal);
    }

    /** A root, maybe one that is gone, has a device no longer, or none of those that it has. */
    public static Decision<HostEvent> releaseDevice(
            HostState state, HostId host, RootName root, @Nullable DeviceId device) {
        Refusal absence = absence(state, host);
        return absence == null
                ? DeviceBroker.release(state.devices(), root, device, "it was asked to")
                : new Decision.Refused<>(absence);
    }

    /** What holds for every command to a host: it is there, and the command names some roots, each once. */
    static @Nullable Refusal refusal(HostState state, HostId host, List<RootName> roots) {
        Refusal absence = absence(state, host);
        if (absence != null) {
            return absence;
        }
        if (roots.isEmpty()) {
            return new Refusal(Rule.NOTHING_NAMED, "the command names nothing", "name at least one package or root");
        }
        if (roots.size() > MAX_ROOTS) {
            return new Refusal(
                    Rule.TOO_LARGE,
                    "the command names " + roots.size() + " roots, and " + MAX_ROOTS + " are the limit",
                    "split it");
        }
        Set<RootName> seen = new HashSet<>();
        for (RootName root : roots) {
            if (!seen.add(root)) {
                return new Refusal(
                        Rule.ROOT_NAMED_TWICE,
                        "the command names root " + root + " twice",
                        "name it once, or give one of the two another name with --as ALIAS");
            }
        }
        return null;
    }

    /** Why nothing can be asked of the host, or null. */
    public static @Nullable Refusal absence(HostState state, HostId host) {
        HostRetired retirement = state.retirement();
        if (state.enrolment() == null) {
            return notEnrolled(host);
        }
        return retirement == null ? null : retired(host, retirement);
    }

    private static Refusal notEnrolled(HostId host) {
        return new Refusal(
                Rule.HOST_NOT_ENROLLED, "no host " + host + " is enrolled", "see the hosts: cloister status --hosts");
    }

    private static Refusal retired(HostId host, HostRetired retirement) {
        return new Refusal(
                Rule.HOST_RETIRED,
                "host " + host + " was retired: " + retirement.reason(),
                "enrol the machine again with a new key");
    }

    private static Refusal notInstalled(HostId host, RootName root) {
        return new Refusal(
                Rule.ROOT_NOT_INSTALLED, "host " + host + " has no root " + root, "see its roots: cloister list");
    }

    private static Refusal nothingBefore(RootName root) {
        return new Refusal(
                Rule.NOTHING_TO_ROLL_BACK,
                "root " + root + " was never anything else",
                "take it away with remove instead");
    }
}
