package org.cloister.agent.control;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/** A running agent, as the command sees it. Every method may be called from any thread. */
public interface AgentControl {
    /** Where the repository is, who this host is, and the token that lets it speak for itself. Never to be shown. */
    Enrolment enrolment();

    /** What is going on right now; answers at once. */
    AgentStatus status();

    /** The roots of the present generation, sorted by name. */
    List<InstalledRoot> roots();

    /**
     * Waits until the request at {@code request} has its outcome here.
     *
     * @param progress hears of each step while it waits, on this thread
     * @return {@link Awaited.Unknown} when {@code limit} is over
     */
    Awaited await(Position request, Consumer<Progress> progress, Duration limit) throws InterruptedException;

    /** The argv that enters a root; the caller replaces itself with it. */
    Launch launch(LaunchRequest request);

    /**
     * What was written in a root since it was installed, parents before children.
     *
     * @throws IOException if the file system doesn't answer, or there is no such root
     */
    List<Change> diff(RootName root) throws IOException;

    /**
     * Discards what was written in a root: all of it, or below {@code paths} (relative to the root).
     *
     * @return how many paths are as shipped again
     */
    long reset(RootName root, List<String> paths) throws IOException;

    /**
     * The configuration files of a root that differ from what its package ships, sorted by path.
     *
     * @throws IOException if the file system doesn't answer, or there is no such root
     */
    List<Conffile> conffiles(RootName root) throws IOException, InterruptedException;

    /** @throws IOException if {@code path} isn't one of {@link #conffiles} */
    Conffile.Comparison compare(RootName root, String path) throws IOException, InterruptedException;

    /** Does what their owner decided, one after the other. @param paths none means all for which something newer is shipped */
    List<Conffile.Settled> settle(RootName root, List<String> paths, Conffile.Settlement how)
            throws IOException, InterruptedException;

    /**
     * Hashes what is stored again, all of it or what one root needs; fetches anew what is damaged where {@code repair}.
     * Damage and repair are recorded.
     */
    Verification verify(@Nullable RootName root, boolean repair, Consumer<Progress> progress)
            throws IOException, InterruptedException;

    /** What every root of this machine binds, and what listens there now. */
    List<PortUse> ports() throws IOException;

    /** What programs of a root listen on now, for others than themselves. */
    List<Port> listening(RootName root) throws IOException;

    /** What this machine can lease now. */
    HostOffer hostOffer() throws IOException;

    /**
     * Waits until the networks of these roots are as the events up to {@code recorded} say.
     *
     * @return whether that is so; false when {@code limit} is over
     */
    boolean awaitNetworks(List<RootName> roots, Position recorded, Duration limit) throws InterruptedException;

    /** What runs in the background in this machine's roots. */
    ServiceControl services();

    /** The generations that are kept, newest first. */
    List<KeptGeneration> generations();

    /** What this machine needs for the agent to work, each with what to do where it fails. */
    List<Check> checks();

    /** This host's place at the repository. */
    record Enrolment(URI repository, HostId host, String name, String token) {}
}
