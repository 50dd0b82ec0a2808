/**
 * Services of roots as processes: reads their units from the mounted root, keeps a sandbox for each that runs, carries out what
 * {@code org.cloister.agent.service} says. Knows no repository.
 */
@NullMarked
package org.cloister.agent.supervise;

import org.jspecify.annotations.NullMarked;
