/** Whom this machine trusts when it speaks TLS, and what it shows of itself. Knows files and the JDK's TLS; nothing of what is said over it. */
@NullMarked
package org.cloister.agent.tls;

import org.jspecify.annotations.NullMarked;
