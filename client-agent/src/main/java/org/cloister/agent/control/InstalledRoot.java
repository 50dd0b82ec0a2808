package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;

/**
 * One root of the present generation.
 *
 * @param commands the names of the programs that its package exports, sorted
 */
public record InstalledRoot(
        RootName root, PackageId requested, Closure closure, LayerId configured, List<String> commands) {
    public InstalledRoot {
        commands = List.copyOf(commands);
    }
}
