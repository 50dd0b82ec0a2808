/**
 * A network of its own for each root that binds ports: which addresses, which rules, and the programs that make them so. Knows no
 * repository, no event feed and nothing of what is in a root.
 */
@NullMarked
package org.cloister.agent.network;

import org.jspecify.annotations.NullMarked;
