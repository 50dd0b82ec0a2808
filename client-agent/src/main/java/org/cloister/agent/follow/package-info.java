/**
 * Following the host's events: interpret them, carry out what they ask, remember how far that is durable, report it. The one place where
 * the edges come together; decides nothing that the image hasn't decided.
 */
@NullMarked
package org.cloister.agent.follow;

import org.jspecify.annotations.NullMarked;
