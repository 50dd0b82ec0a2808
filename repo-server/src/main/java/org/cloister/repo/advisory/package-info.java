/**
 * Security advisories: read from the files in which others publish them, kept by what the log says of them, and held against
 * versions of packages. Knows no hosts, no HTTP and no SQL.
 */
@NullMarked
package org.cloister.repo.advisory;

import org.jspecify.annotations.NullMarked;
