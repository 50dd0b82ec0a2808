/**
 * Verifies a repository's log without believing the repository: signed checkpoint, leaves computed from the events, proofs. Knows
 * where to read, and nothing of how it is shown.
 */
@NullMarked
package org.cloister.agent.command.audit;

import org.jspecify.annotations.NullMarked;
