/**
 * Takes an RPM package (version 3 or 4 of the file format; <a href="https://rpm-software-management.github.io/rpm/manual/format.html">its
 * description</a>) apart into objects and a layer, or refuses it. Whatever the bytes are, the outcome is a value. It knows the pool,
 * and nothing of events, HTTP or mirrors.
 */
@NullMarked
package org.cloister.repo.rpm;

import org.jspecify.annotations.NullMarked;
