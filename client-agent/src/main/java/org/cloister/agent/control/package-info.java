/** What a running agent offers to the command: a port and its values. Knows no socket, no terminal and no edge. */
@NullMarked
package org.cloister.agent.control;

import org.jspecify.annotations.NullMarked;
