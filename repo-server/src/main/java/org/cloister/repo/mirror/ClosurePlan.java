package org.cloister.repo.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.ClosureResolver;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.resolve.Request;
import org.cloister.repo.resolve.Resolution;
import org.cloister.repo.resolve.Wanted;

/**
 * What has to be here so that each of the requested packages can be installed: the union of their closures. Each is resolved
 * apart, as each gets a root of its own.
 */
record ClosurePlan(List<UpstreamPackage> packages) {
    static ClosurePlan of(List<String> requested, boolean recommends, PackageIndex index, List<String> architectures)
            throws IOException {
        ClosureResolver resolver = new ClosureResolver();
        Map<PackageId, UpstreamPackage> union = new LinkedHashMap<>();
        for (String architecture : architectures) {
            for (String text : requested) {
                Request request = Request.of(wanted(text), new Architecture(architecture), recommends);
                for (Candidate candidate : resolved(resolver.resolve(index, request), text)) {
                    union.putIfAbsent(candidate.id(), UpstreamSuite.packageOf(candidate));
                }
            }
        }
        return new ClosurePlan(new ArrayList<>(union.values()));
    }

    private static Wanted wanted(String text) throws SyncFailedException {
        int equals = text.indexOf('=');
        try {
            PackageName named = new PackageName(equals < 0 ? text : text.substring(0, equals));
            return equals < 0
                    ? new Wanted(named, null)
                    : new Wanted(named, Version.of(named, text.substring(equals + 1)));
        } catch (IllegalArgumentException e) {
            throw new SyncFailedException(
                    "malformed-request", String.valueOf(e.getMessage()), "write NAME or NAME=VERSION");
        }
    }

    private static List<Candidate> resolved(Resolution resolution, String text) throws SyncFailedException {
        if (resolution instanceof Resolution.Resolved resolved) {
            return resolved.inConfigurationOrder();
        }
        throw new SyncFailedException(
                "unsatisfiable",
                text + ": " + ((Resolution.Unsatisfiable) resolution).explanation(),
                "ask for another version, or define the mirror that has what is missing");
    }
}
