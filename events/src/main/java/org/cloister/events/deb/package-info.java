/** Names, versions and relations of packages as values: Debian's (Debian Policy chapters 5 and 7), and RPM's beside them. */
@NullMarked
package org.cloister.events.deb;

import org.jspecify.annotations.NullMarked;
