/**
 * The repository's rules: states that fold events and deciders that turn a state and a command into events or a refusal.
 * Pure: knows no file, network, database, clock or random source; time and the results of checks are arguments.
 */
@NullMarked
package org.cloister.repo.decide;

import org.jspecify.annotations.NullMarked;
