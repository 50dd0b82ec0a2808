/**
 * What publishers sign, with which keys, and how that is verified. Knows nothing of who may register a key. Of what is used here, OpenPGP
 * keys and signatures need a library that whoever uses them has to bring.
 */
@NullMarked
package org.cloister.events.sign;

import org.jspecify.annotations.NullMarked;
