/** Private keys of people, in files of theirs: made here, read here, sent nowhere. What is signed, {@code org.cloister.events} says. */
@NullMarked
package org.cloister.agent.command.sign;

import org.jspecify.annotations.NullMarked;
