package org.cloister.agent.configure;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryProblem;

/** The organization's ids for system users, where this agent may ask for them; otherwise a root keeps the ids that its scripts chose. */
final class UserRegistry {
    private static final int FORBIDDEN = 403;
    /** Of the protocol. */
    private static final int MAX_NAMES = 200;

    private final Repository repository;

    UserRegistry(Repository repository) {
        this.repository = repository;
    }

    Renumbering renumbering(String passwd, String group) throws IOException, InterruptedException {
        List<String> users = Renumbering.dynamicNames(passwd);
        List<String> groups = Renumbering.dynamicNames(group);
        if (users.isEmpty() && groups.isEmpty()) {
            return Renumbering.NONE;
        }
        try {
            Map<String, Integer> ids = new HashMap<>();
            for (int from = 0; from < users.size(); from += MAX_NAMES) {
                ids.putAll(repository.registerUsers(
                        users.subList(from, Math.min(users.size(), from + MAX_NAMES)), List.of()));
            }
            for (int from = 0; from < groups.size(); from += MAX_NAMES) {
                ids.putAll(repository.registerUsers(
                        List.of(), groups.subList(from, Math.min(groups.size(), from + MAX_NAMES))));
            }
            return Renumbering.of(passwd, group, ids);
        } catch (RepositoryProblem e) {
            if (e.status() == FORBIDDEN) {
                return Renumbering.NONE;
            }
            throw e;
        }
    }
}
