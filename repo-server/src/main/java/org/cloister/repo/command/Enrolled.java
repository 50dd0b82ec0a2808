package org.cloister.repo.command;

import org.cloister.events.HostId;

/** The host's identity, and the token with which its agent speaks for it. */
public record Enrolled(HostId host, IssuedToken token) {}
