/** Measurements of the agent ({@code bin/bench}); no tests. */
@NullMarked
package org.cloister.agent.bench;

import org.jspecify.annotations.NullMarked;
