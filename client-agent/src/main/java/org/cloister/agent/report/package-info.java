/** What the host reports: signed with its key, queued durably, sent until the repository has it. Knows no file system. */
@NullMarked
package org.cloister.agent.report;

import org.jspecify.annotations.NullMarked;
