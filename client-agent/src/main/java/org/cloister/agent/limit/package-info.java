/** What all programs of one root may take of the machine together. */
@NullMarked
package org.cloister.agent.limit;

import org.jspecify.annotations.NullMarked;
