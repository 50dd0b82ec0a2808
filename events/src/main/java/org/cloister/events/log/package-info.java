/** What makes the event log verifiable: leaf data, RFC 6962 hashes and proofs, signed checkpoints. Verification needs nothing but this package. */
@NullMarked
package org.cloister.events.log;

import org.jspecify.annotations.NullMarked;
