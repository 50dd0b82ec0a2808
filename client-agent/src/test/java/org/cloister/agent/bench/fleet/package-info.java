/**
 * Thousands of agents in one process against a real repository ({@code bin/bench fleet}). They enrol, follow, fetch, sign and report by the
 * agent's own protocol classes, and keep nothing on a disk.
 */
@NullMarked
package org.cloister.agent.bench.fleet;

import org.jspecify.annotations.NullMarked;
