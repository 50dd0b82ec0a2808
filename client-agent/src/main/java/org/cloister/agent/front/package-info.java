/** HTTP by the names of roots. Knows no event, no file and no namespace: who asks for a root is told where it answers. */
@NullMarked
package org.cloister.agent.front;

import org.jspecify.annotations.NullMarked;
