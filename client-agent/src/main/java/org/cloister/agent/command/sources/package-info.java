/**
 * The archives that a Debian machine's own apt uses (sources.list(5)), with the keys that sign them. Reads text and key files;
 * fetches nothing and verifies nothing.
 */
@NullMarked
package org.cloister.agent.command.sources;

import org.jspecify.annotations.NullMarked;
