/**
 * Entering a root: the argv, its launchers, its desktop entries. Knows no event, no network and no database.
 */
@NullMarked
package org.cloister.agent.root;

import org.jspecify.annotations.NullMarked;
