package org.cloister.repo.pool;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;

/** Tells from a package's layer whether it has something to run when it is configured. Thread-safe; reads each layer once. */
public final class ShippedScripts {
    private static final String INFO = "var/lib/dpkg/info/";

    private final Pool pool;
    private final Map<LayerId, Boolean> known = new ConcurrentHashMap<>();

    public ShippedScripts(Pool pool) {
        this.pool = pool;
    }

    /** Whether it surely has no postinst; false if its layer can't be read. May block. */
    public boolean isWithoutPostinst(Closure.Member member) {
        return known.computeIfAbsent(member.layer(), layer -> isWithoutPostinst(member.id(), layer));
    }

    private boolean isWithoutPostinst(PackageId id, LayerId layer) {
        String plain = id.name().isRpm()
                ? "var/lib/cloister/rpm/" + id.name().plain() + "/post"
                : INFO + id.name() + ".postinst";
        String ofArchitecture = INFO + id.name() + ":" + id.architecture() + ".postinst";
        try {
            return pool.manifest(layer)
                    .filter(manifest -> !has(manifest, plain) && !has(manifest, ofArchitecture))
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean has(Manifest manifest, String path) {
        return manifest.entries().stream().anyMatch(entry -> entry.path().equals(path));
    }
}
