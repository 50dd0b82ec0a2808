/** Layers, manifests, closures and generations as values, with their canonical texts. No I/O: bytes in, values out. */
@NullMarked
package org.cloister.events.layer;

import org.jspecify.annotations.NullMarked;
