/**
 * What services are and what is to be done with them: unit files, init scripts, the order of starts, the states of a service. A pure core: knows
 * no file, process, socket, clock or database.
 */
@NullMarked
package org.cloister.agent.service;

import org.jspecify.annotations.NullMarked;
