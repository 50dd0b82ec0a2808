/** Events to JSON and back, with schema versions and upcasting. The only package here that knows Jackson's mapper. */
@NullMarked
package org.cloister.events.codec;

import org.jspecify.annotations.NullMarked;
