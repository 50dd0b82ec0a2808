/**
 * What people are called: their names under keys that can be destroyed. Knows the log's pseudonyms and sealed names, and neither tokens nor
 * HTTP. {@code docs/protocol.md}, "People", has the formats.
 */
@NullMarked
package org.cloister.repo.person;

import org.jspecify.annotations.NullMarked;
