/**
 * The {@code cloister} command: how it starts, what it works with, how it ends. The commands themselves are in {@code verb}. Decides
 * nothing that the repository decides.
 */
@NullMarked
package org.cloister.agent.command;

import org.jspecify.annotations.NullMarked;
