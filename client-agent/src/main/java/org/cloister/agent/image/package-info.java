/** What the events of a host mean: a pure core. Knows no file, network, clock or database. */
@NullMarked
package org.cloister.agent.image;

import org.jspecify.annotations.NullMarked;
