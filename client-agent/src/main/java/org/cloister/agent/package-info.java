/** The agent's process: what it is configured with, what is wired to what, and the lock against a second one. */
@NullMarked
package org.cloister.agent;

import org.jspecify.annotations.NullMarked;
