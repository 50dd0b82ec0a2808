/**
 * Damage to what is stored, from being found to being repaired: the durable book of it, and the thread that fetches again. Knows no
 * feed and no command.
 */
@NullMarked
package org.cloister.agent.integrity;

import org.jspecify.annotations.NullMarked;
