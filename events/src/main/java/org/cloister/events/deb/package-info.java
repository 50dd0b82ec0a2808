/** Debian's names, versions and relations as values (Debian Policy chapters 5 and 7). */
@NullMarked
package org.cloister.events.deb;

import org.jspecify.annotations.NullMarked;
