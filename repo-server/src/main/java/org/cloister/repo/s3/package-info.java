/**
 * The pool's content in a bucket of an S3-compatible store. Asks of it only what every such store can do: put with Content-MD5, ranged get,
 * head, copy, delete, list. It knows kinds and digests, and nothing of packages, events or HTTP.
 */
@NullMarked
package org.cloister.repo.s3;

import org.jspecify.annotations.NullMarked;
