/**
 * The command socket ({@code docs/protocol.md}, "Command socket of the agent"): frames, clients, limits. Knows nothing of what a
 * command does.
 */
@NullMarked
package org.cloister.agent.command.socket;

import org.jspecify.annotations.NullMarked;
