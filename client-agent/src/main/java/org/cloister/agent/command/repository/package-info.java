/** The repository's REST surface as a command needs it: answers as JSON, refusals as problem documents. Decides nothing. */
@NullMarked
package org.cloister.agent.command.repository;

import org.jspecify.annotations.NullMarked;
