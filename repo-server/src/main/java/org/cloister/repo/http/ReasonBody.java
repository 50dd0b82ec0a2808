package org.cloister.repo.http;

/** The body of requests that want to hear why. */
record ReasonBody(String reason) {}
