package org.cloister.repo.command;

import org.cloister.events.MirrorName;
import org.cloister.repo.listing.ListedPackage;

/** A package that can be chosen although it isn't here yet: a mirror fetches it when it is asked for. */
public record Offer(MirrorName mirror, ListedPackage listed) {}
