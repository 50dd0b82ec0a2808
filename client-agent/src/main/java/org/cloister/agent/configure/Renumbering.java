package org.cloister.agent.configure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the users and groups that maintainer scripts made the ids that the organization has registered for their names, in
 * {@code passwd}, {@code group} and as owners. Debian's global ids (below 100) and {@code nobody} are the same everywhere already
 * (Debian Policy 9.2.2).
 *
 * @param users old id to new id
 * @param groups old id to new id
 */
record Renumbering(Map<Integer, Integer> users, Map<Integer, Integer> groups) {
    private static final int FIRST_DYNAMIC = 100;
    private static final int LAST_DYNAMIC = 59_999;
    private static final int ID_FIELD = 2;
    private static final int GROUP_OF_USER_FIELD = 3;

    static final Renumbering NONE = new Renumbering(Map.of(), Map.of());

    Renumbering {
        users = Map.copyOf(users);
        groups = Map.copyOf(groups);
    }

    /** The names in a passwd or group file whose ids the registry gives. */
    static List<String> dynamicNames(String file) {
        return new ArrayList<>(dynamicIds(file).keySet());
    }

    private static Map<String, Integer> dynamicIds(String file) {
        Map<String, Integer> ids = new HashMap<>();
        for (String line : file.lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length > ID_FIELD && fields[ID_FIELD].matches("[0-9]{1,6}")) {
                int id = Integer.parseInt(fields[ID_FIELD]);
                if (id >= FIRST_DYNAMIC && id <= LAST_DYNAMIC) {
                    ids.put(fields[0], id);
                }
            }
        }
        return ids;
    }

    /** @param registered by {@code user:NAME} and {@code group:NAME} */
    static Renumbering of(String passwd, String group, Map<String, Integer> registered) {
        return new Renumbering(moves(passwd, "user:", registered), moves(group, "group:", registered));
    }

    private static Map<Integer, Integer> moves(String file, String prefix, Map<String, Integer> registered) {
        Map<Integer, Integer> moves = new HashMap<>();
        dynamicIds(file).forEach((name, id) -> {
            Integer wanted = registered.get(prefix + name);
            if (wanted != null && !wanted.equals(id)) {
                moves.put(id, wanted);
            }
        });
        return moves;
    }

    boolean changesNothing() {
        return users.isEmpty() && groups.isEmpty();
    }

    int user(int id) {
        return users.getOrDefault(id, id);
    }

    int group(int id) {
        return groups.getOrDefault(id, id);
    }

    /** A passwd file with the new ids, in its own order. */
    String passwd(String text) {
        return rewrite(text, fields -> {
            renumber(fields, ID_FIELD, users);
            renumber(fields, GROUP_OF_USER_FIELD, groups);
        });
    }

    /** A group file with the new ids. */
    String groupFile(String text) {
        return rewrite(text, fields -> renumber(fields, ID_FIELD, groups));
    }

    private interface Line {
        void change(String[] fields);
    }

    private static String rewrite(String text, Line change) {
        StringBuilder out = new StringBuilder(text.length());
        for (String line : text.lines().toList()) {
            String[] fields = line.split(":", -1);
            change.change(fields);
            out.append(String.join(":", fields)).append('\n');
        }
        return out.toString();
    }

    private static void renumber(String[] fields, int index, Map<Integer, Integer> ids) {
        if (fields.length > index && fields[index].matches("[0-9]{1,6}")) {
            int id = Integer.parseInt(fields[index]);
            fields[index] = Integer.toString(ids.getOrDefault(id, id));
        }
    }
}
