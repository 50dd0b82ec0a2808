/** A repository in memory, over real HTTP, for the agent's tests. */
@NullMarked
package org.cloister.agent.fake;

import org.jspecify.annotations.NullMarked;
