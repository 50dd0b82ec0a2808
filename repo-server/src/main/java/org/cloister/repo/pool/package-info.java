/**
 * The pool: where the repository keeps artifacts, objects and layers, each named by its digest. Everything that is visible in
 * it is complete, verified and durable. {@link org.cloister.repo.pool.PoolStore} is where the bytes are. It knows files and digests, and nothing of packages, events or HTTP.
 */
@NullMarked
package org.cloister.repo.pool;

import org.jspecify.annotations.NullMarked;
