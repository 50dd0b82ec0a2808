/**
 * The agent as a witness of the repository's log: keeps what was signed, and what is shown later must be the same log, only longer. Knows
 * nothing of what stands in the log.
 */
@NullMarked
package org.cloister.agent.witness;

import org.jspecify.annotations.NullMarked;
