/**
 * Carries commands out: loads state, lets {@code decide} decide, appends, tries again when a race is lost. Knows no HTTP and no
 * SQL.
 */
@NullMarked
package org.cloister.repo.command;

import org.jspecify.annotations.NullMarked;
