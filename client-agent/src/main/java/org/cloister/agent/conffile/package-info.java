/**
 * Configuration that a person edited, beside what packages ship: found, kept through upgrades, merged where its owner says so. Knows no
 * event, no network and no terminal; writes into a root only what it was told to.
 */
@NullMarked
package org.cloister.agent.conffile;

import org.jspecify.annotations.NullMarked;
