/** What agent and union file system must read alike on a host. Pure; knows no file. */
@NullMarked
package org.cloister.events.host;

import org.jspecify.annotations.NullMarked;
