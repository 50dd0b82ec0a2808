/** Whether what is on the disk is what the host's events tell; the repository judges. Knows no log. */
@NullMarked
package org.cloister.agent.drift;

import org.jspecify.annotations.NullMarked;
