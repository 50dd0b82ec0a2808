package org.cloister.agent.fake;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.layer.Closure;

/**
 * By hand: {@code FakeRepositoryMain PORT POOL}; then lines {@code install HOST ROOT PACKAGE FILE-WITH-DEBS-IN-ORDER} or
 * {@code remove HOST ROOT} on standard input.
 */
public final class FakeRepositoryMain {
    private FakeRepositoryMain() {}

    public static void main(String[] arguments) throws Exception {
        FakePool pool = new FakePool(Path.of(arguments[1]));
        FakeLog log = new FakeLog();
        Map<Path, Closure.Member> imported = new HashMap<>();
        try (FakeRepository repository = new FakeRepository(pool, log, Integer.parseInt(arguments[0]))) {
            System.out.println(repository.uri());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                HostId host = new HostId(words[1]);
                RootName root = new RootName(words[2]);
                if (words[0].equals("remove")) {
                    log.append(host, new RemovalRequested(List.of(root)));
                    continue;
                }
                List<Closure.Member> members = new ArrayList<>();
                for (String deb : Files.readAllLines(Path.of(words[4]))) {
                    Path file = Path.of(deb);
                    if (!imported.containsKey(file)) {
                        imported.put(file, pool.importDeb(file));
                    }
                    members.add(imported.get(file));
                }
                Closure closure = new Closure(members);
                Closure.Member requested = members.stream()
                        .filter(member -> member.id().name().text().equals(words[3]))
                        .findFirst()
                        .orElseThrow();
                System.out.println("position "
                        + log.append(
                                host, new InstallRequested(List.of(new RootTarget(root, requested.id(), closure)))));
            }
        }
    }
}
