/** The repository over HTTP: requests and answers as values. Knows no store, no database and no event's meaning. */
@NullMarked
package org.cloister.agent.remote;

import org.jspecify.annotations.NullMarked;
