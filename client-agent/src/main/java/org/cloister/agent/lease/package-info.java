/** What roots want to listen on is asked of the repository, and what it grants becomes networks. Decides nothing itself. */
@NullMarked
package org.cloister.agent.lease;

import org.jspecify.annotations.NullMarked;
