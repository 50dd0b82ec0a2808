/**
 * What a package listens on: read from what is in its root, or seen while it runs. Knows no repository, no event feed and no
 * namespace.
 */
@NullMarked
package org.cloister.agent.ports;

import org.jspecify.annotations.NullMarked;
