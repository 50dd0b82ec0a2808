/**
 * The web console: pages for people at {@code /console/}, made on the server. Edges that fetch, sign people in and render; what
 * pages show is computed in {@code model}. Decides nothing: commands go to the command service as those of the REST surface do, and
 * whether a page or a button is there is read from the roles of the operation in {@code openapi.yaml} that does the same.
 */
@NullMarked
package org.cloister.repo.console;

import org.jspecify.annotations.NullMarked;
