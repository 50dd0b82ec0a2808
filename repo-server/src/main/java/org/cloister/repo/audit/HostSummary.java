package org.cloister.repo.audit;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceCases;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.DriftEvent;
import org.cloister.events.HostEvent.DriftFound;
import org.cloister.events.HostEvent.GuestEvent;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.LogContradicted;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceCases;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.RootName;

/** A host's event in a few words for people. */
enum HostSummary implements HostEvent.Cases<String> {
    WORDS;

    /** Roots that are named; of more only the number is told. */
    private static final int MAX_NAMED = 8;

    @Override
    public String on(HostEnrolled event) {
        return "enrolled " + event.name();
    }

    @Override
    public String on(HostRetired event) {
        return "retired: " + event.reason();
    }

    @Override
    public String on(InstallRequested event) {
        return "install " + targets(event.roots());
    }

    @Override
    public String on(RemovalRequested event) {
        return "remove " + names(event.roots());
    }

    @Override
    public String on(RollbackRequested event) {
        return "roll back to " + targets(event.roots());
    }

    @Override
    public String on(InstallationSucceeded event) {
        return "done in " + event.milliseconds() + " ms";
    }

    @Override
    public String on(InstallationFailed event) {
        return "failed (" + names(event.roots()) + ") at " + event.step() + ": " + event.reason();
    }

    @Override
    public String on(RemovalCompleted event) {
        return event.writableKept() ? "done, what was written is kept" : "done";
    }

    @Override
    public String on(RollbackCompleted event) {
        return "done";
    }

    @Override
    public String on(IntegrityViolated event) {
        String what = event.path().isEmpty() ? event.object().toString() : event.path();
        String where = event.root() == null ? "" : " in " + event.root();
        return "damaged: " + what + where + (event.found().isEmpty() ? "" : " " + event.found());
    }

    @Override
    public String on(IntegrityRestored event) {
        return "repaired: " + event.object();
    }

    @Override
    public String on(LogContradicted event) {
        return "WAS SHOWN ANOTHER LOG: " + event.reason();
    }

    @Override
    public String on(DriftEvent event) {
        if (event instanceof DriftFound found) {
            long others = found.differences().size() - 1 + found.more();
            String first = found.differences().isEmpty()
                    ? "the disk"
                    : found.differences().get(0).path() + " "
                            + found.differences().get(0).found();
            return "DRIFTED: " + first + (others > 0 ? ", and " + others + " more" : "");
        }
        return "as recorded again";
    }

    @Override
    public String on(GuestEvent event) {
        String guest = "guest " + event.guest();
        if (event instanceof GuestStarted started) {
            return guest + " runs with " + started.memory() + " MiB";
        }
        return guest + " is gone: " + ((GuestStopped) event).reason();
    }

    @Override
    public String on(PortPolicyChanged event) {
        return "ports are leased from " + event.policy().first() + "-"
                + event.policy().last() + ", " + event.policy().pins().size() + " pinned";
    }

    @Override
    public String on(LeaseGranted event) {
        return event.root() + " gets " + event.outside() + " for its " + event.inside() + ": " + event.reason();
    }

    @Override
    public String on(LeaseRefused event) {
        return event.root() + " waits for " + event.wanted() + " for its " + event.inside() + ": " + event.reason();
    }

    @Override
    public String on(LeaseReleased event) {
        return event.outside() == null
                ? event.root() + " waits no longer for a port for its " + event.inside() + ": " + event.reason()
                : event.root() + " gives " + event.outside() + " back: " + event.reason();
    }

    @Override
    public String on(ServicesIsolated event) {
        return "services of " + event.root() + " run in a " + event.isolation().text();
    }

    @Override
    public String on(ServiceEvent event) {
        return event.match(OfServices.WORDS);
    }

    private enum OfServices implements ServiceCases<String> {
        WORDS;

        @Override
        public String on(ServiceEnabled event) {
            return "service " + event.service() + " of " + event.root() + " is enabled";
        }

        @Override
        public String on(ServiceDisabled event) {
            return "service " + event.service() + " of " + event.root() + " is disabled: " + event.reason();
        }

        @Override
        public String on(ServiceStarted event) {
            return "service " + event.service() + " of " + event.root() + " is up"
                    + (event.restarts() == 0 ? "" : ", restart " + event.restarts());
        }

        @Override
        public String on(ServiceExited event) {
            return "service " + event.service() + " of " + event.root() + " is down: " + event.detail()
                    + (event.again() ? "; it is started again" : "");
        }
    }

    @Override
    public String on(DeviceEvent event) {
        return event.match(OfDevices.WORDS);
    }

    private enum OfDevices implements DeviceCases<String> {
        WORDS;

        @Override
        public String on(DeviceAttached event) {
            return "attached " + event.kind().text() + " " + event.node() + " (" + event.label() + ") as "
                    + event.device();
        }

        @Override
        public String on(DeviceDetached event) {
            return "detached " + event.device();
        }

        @Override
        public String on(DeviceGranted event) {
            return event.root() + " gets " + event.device();
        }

        @Override
        public String on(DeviceRefused event) {
            return event.root() + " doesn't get " + event.device() + ": " + event.reason();
        }

        @Override
        public String on(DeviceReleased event) {
            return event.root() + " gives " + event.device() + " back: " + event.reason();
        }
    }

    private static String targets(Collection<RootTarget> targets) {
        return join(targets.stream().map(HostSummary::target).toList());
    }

    private static String target(RootTarget target) {
        String content = target.requested().name() + " " + target.requested().version();
        boolean plain = target.root().text().equals(target.requested().name().text());
        return plain ? content : content + " as " + target.root();
    }

    private static String names(Collection<RootName> roots) {
        return join(roots.stream().map(RootName::text).toList());
    }

    private static String join(List<String> words) {
        String named = words.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
        return words.size() <= MAX_NAMED ? named : named + " and " + (words.size() - MAX_NAMED) + " more";
    }
}
