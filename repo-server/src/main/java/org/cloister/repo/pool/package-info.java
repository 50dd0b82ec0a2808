/**
 * The pool: where the repository keeps artifacts, objects and layers, each named by its digest. Everything that is visible in
 * it is complete, verified and durable. It knows files and digests, and nothing of packages, events or HTTP.
 */
@NullMarked
package org.cloister.repo.pool;

import org.jspecify.annotations.NullMarked;
