/**
 * The configured layer of a closure: dpkg's database is made up, real dpkg configures in a sandbox, and what was written becomes
 * a layer. Knows no event and no feed.
 */
@NullMarked
package org.cloister.agent.configure;

import org.jspecify.annotations.NullMarked;
