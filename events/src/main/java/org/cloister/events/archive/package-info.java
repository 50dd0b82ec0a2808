/**
 * What an upstream archive signs: InRelease and its OpenPGP keys. Verification needs nothing but this package and a library for OpenPGP,
 * which whoever uses it has to bring.
 */
@NullMarked
package org.cloister.events.archive;

import org.jspecify.annotations.NullMarked;
