package org.cloister.agent.control;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.cloister.events.GuestId;
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

    /** Why no root can have devices of this machine, in a whole sentence; null where they can. */
    @Nullable
    String deviceProblem();

    /**
     * An image stands for a device of this machine from now on, also after it was started again; it can only be read.
     *
     * @param image absolute; the caller may read it
     * @throws IOException saying why it can't
     */
    AttachedImage attachImage(Path image) throws IOException;

    /** The image stands for a device no longer. @return false if it didn't */
    boolean detachImage(Path image) throws IOException;

    /** Waits until roots, or for display and sound what starts in them, have the devices that are granted up to {@code recorded}. @return false when {@code limit} is over */
    boolean awaitDevices(Position recorded, Duration limit) throws InterruptedException;

    /** The argv that enters a root; the caller replaces itself with it. */
    Launch launch(LaunchRequest request);

    /** The argv that runs the program in a guest on the root; the caller replaces itself with it. */
    Launch launchGuest(LaunchRequest request, GuestOptions options);

    /** The guests of this machine that run or boot, by name. */
    List<Guest> guests() throws IOException;

    /** The argv that opens a terminal in a guest: a shell, or {@code command}. */
    Launch guestConsole(GuestId guest, List<String> command) throws IOException;

    /** @throws IOException if the guest doesn't answer */
    Guest.Use guestUse(GuestId guest) throws IOException, InterruptedException;

    /**
     * Ends a guest in order, by force where that doesn't succeed.
     *
     * @return whether it is gone; false when that took too long
     */
    boolean stopGuest(GuestId guest) throws IOException, InterruptedException;

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

    /** Compares what is on the disk with what this host's events tell. What differs is recorded. */
    DriftCheck drift(Consumer<Progress> progress) throws IOException, InterruptedException;

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
