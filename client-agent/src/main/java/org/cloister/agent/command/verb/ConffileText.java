package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.cloister.agent.control.Conffile;

/** How an edited configuration file is spoken of. */
final class ConffileText {
    private ConffileText() {}

    static String of(Conffile file) {
        return switch (file.state()) {
            case EDITED -> "edited";
            case DELETED -> "deleted, and stays so";
            case OBSOLETE -> "edited; the package ships it no longer";
            case NEWER ->
                switch (file.merge()) {
                    case CLEAN -> "edited; the package's changed too, and the changes fit together";
                    case CONFLICT -> "edited; the package's changed too, in the same lines";
                    case IMPOSSIBLE, NONE -> "edited; the package's changed too";
                };
        };
    }

    static ObjectNode document(Conffile file, ObjectNode to) {
        return to.put("root", file.root().text())
                .put("path", file.path())
                .put("state", file.state().name().toLowerCase(Locale.ROOT))
                .put("merge", file.merge().name().toLowerCase(Locale.ROOT));
    }
}
