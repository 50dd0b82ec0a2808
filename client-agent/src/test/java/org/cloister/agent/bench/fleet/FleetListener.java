package org.cloister.agent.bench.fleet;

import org.cloister.events.Position;

/** Hears what becomes of the hosts, on their event loops. */
interface FleetListener {
    /** An outcome of the request is on record; told once for each outcome that the host sent. */
    void reported(SimulatedHost host, Position request);

    /** The host follows its stream again, after the first time or after its connections were cut. */
    void following(SimulatedHost host);

    /** A host heard what no host may hear: out of order, or of another host. */
    void broken(SimulatedHost host, String how);
}
