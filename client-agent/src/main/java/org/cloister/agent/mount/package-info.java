/** The union file system's process as the agent sees it: its control socket and its life. Knows no event and no store. */
@NullMarked
package org.cloister.agent.mount;

import org.jspecify.annotations.NullMarked;
