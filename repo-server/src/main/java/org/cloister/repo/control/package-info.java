/**
 * Reads Debian's control syntax (deb822: Debian Policy 5.1, deb822(5)): control files, Packages, Release, {@code .sources}.
 * Knows no signatures (clearsigned text is unwrapped before), no compression and no meaning of any field.
 */
@NullMarked
package org.cloister.repo.control;

import org.jspecify.annotations.NullMarked;
