/**
 * What a command shows a person: streams, colours, tables, progress. Knows whether it writes to a terminal, and nothing of what
 * is written.
 */
@NullMarked
package org.cloister.agent.command.terminal;

import org.jspecify.annotations.NullMarked;
