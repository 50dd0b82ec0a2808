/**
 * Questions about the past: what a host had at any moment, who asked for what and what became of it. Knows the log and its views;
 * decides nothing and changes nothing.
 */
@NullMarked
package org.cloister.repo.audit;

import org.jspecify.annotations.NullMarked;
