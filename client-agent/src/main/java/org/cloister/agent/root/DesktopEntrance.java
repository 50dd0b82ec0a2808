package org.cloister.agent.root;

import java.nio.file.Path;
import java.util.function.Function;
import org.cloister.events.RootName;

/**
 * How programs get the display and the sound that their root was granted.
 *
 * @param program {@code bin/desktop}
 * @param tag letters and digits that tell this agent's roots from another's
 */
public record DesktopEntrance(Path program, String tag, Function<RootName, DesktopGrant> grants) {}
