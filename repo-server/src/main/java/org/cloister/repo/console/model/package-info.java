/**
 * What the console's pages show, as values and words: made from views, snapshots and the time, which are arguments. Knows no HTTP,
 * no templates, no clock and no files. Public because the templates become classes of another package.
 */
@NullMarked
package org.cloister.repo.console.model;

import org.jspecify.annotations.NullMarked;
