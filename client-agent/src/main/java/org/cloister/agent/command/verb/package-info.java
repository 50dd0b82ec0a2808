/** The commands, one class each: options, what is asked of whom, what is shown. Knows no socket and no HTTP client. */
@NullMarked
package org.cloister.agent.command.verb;

import org.jspecify.annotations.NullMarked;
