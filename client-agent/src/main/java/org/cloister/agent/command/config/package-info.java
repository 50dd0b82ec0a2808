/** What a person's command remembers: the repository, the token, the log's pinned key. Knows nothing of what they are used for. */
@NullMarked
package org.cloister.agent.command.config;

import org.jspecify.annotations.NullMarked;
