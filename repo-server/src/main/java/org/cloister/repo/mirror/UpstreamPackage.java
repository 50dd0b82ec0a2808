package org.cloister.repo.mirror;

import java.net.URI;
import org.cloister.events.Digest;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.PackageId;

/** One version that an upstream archive has, and what its signed index says of the file. */
record UpstreamPackage(PackageId id, MirrorName mirror, URI address, Digest artifact, long size) {}
