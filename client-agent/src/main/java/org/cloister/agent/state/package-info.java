/** What the agent remembers: one SQLite file, one writer. Knows no network and no meaning of what it keeps. */
@NullMarked
package org.cloister.agent.state;

import org.jspecify.annotations.NullMarked;
