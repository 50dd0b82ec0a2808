package org.cloister.repo.rpm;

import java.util.List;
import org.cloister.events.layer.EntryType;

/**
 * Headers name owners, and only a root knows their numbers: its %pre scriptlets make them. So what isn't root's gets its owner by a
 * script when the closure is configured. Changing an owner takes set-id bits away, so the mode is set again.
 */
final class Owners {
    private Owners() {}

    /** Empty if all is root's. */
    static String script(List<RpmFile> files) {
        StringBuilder script = new StringBuilder();
        for (RpmFile file : files) {
            if (!file.isOwnedByRoot() && !file.ghost()) {
                String path = "'/" + file.path().replace("'", "'\\''") + "'";
                script.append("chown -h ").append(file.user()).append(':').append(file.group());
                script.append(' ').append(path);
                if (file.entry().type() != EntryType.SYMLINK) {
                    script.append(" && chmod ")
                            .append(Integer.toOctalString(file.entry().mode()));
                    script.append(' ').append(path);
                }
                script.append('\n');
            }
        }
        return script.isEmpty() ? "" : "#!/bin/sh\n" + script;
    }
}
