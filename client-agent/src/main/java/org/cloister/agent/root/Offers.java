package org.cloister.agent.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** Reads from the store what the roots of an image offer. */
public final class Offers {
    private static final String PASSWD = "etc/passwd";
    private static final String OTHER_USER = "^%s:.*";
    private static final String STATUS = "var/lib/dpkg/status";

    private static final PackageName COREUTILS = new PackageName("coreutils");
    private static final DebianVersion WITH_DEFAULT_SIGNAL = new DebianVersion("8.31");

    private final ObjectStore store;
    /** Name and passwd line of the agent's user; empty where it is root, whom every root knows. */
    private final Map<String, String> user;
    /** What the present roots offer: a root of the same layers offers the same. */
    private final Map<LinkedRoot, Launchers.Offer> known = new HashMap<>();

    /** @param user passwd line by user name, of those who aren't root */
    public Offers(ObjectStore store, Map<String, String> user) {
        this.store = store;
        this.user = Map.copyOf(user);
    }

    /** One thread. */
    public List<Launchers.Offer> of(HostImage image) throws IOException {
        known.keySet().retainAll(Set.copyOf(image.roots().values()));
        List<Launchers.Offer> offers = new ArrayList<>();
        for (LinkedRoot root : image.roots().values()) {
            Launchers.Offer offer = known.get(root);
            if (offer == null) {
                offer = offer(root);
                known.put(root, offer);
            }
            offers.add(offer);
        }
        return offers;
    }

    /** The names of the commands that a root exports. */
    public List<String> commands(LinkedRoot root) throws IOException {
        return List.copyOf(exports(root).commands().keySet());
    }

    private Exports exports(LinkedRoot root) throws IOException {
        Exports exports = Exports.of(own(root.target()), store.manifest(root.configured()));
        if (exports.isEmpty() && Metapackage.test(own(root.target()))) {
            return ofDependencies(root);
        }
        String name = root.target().requested().name().text();
        return exports.commands().containsKey(name) ? exports : exports.with(name, namesake(root.target(), name));
    }

    /** What the packages offer that a metapackage depends on; of one that is a metapackage again, those that it depends on. */
    private Exports ofDependencies(LinkedRoot root) throws IOException {
        Manifest configured = store.manifest(root.configured());
        String status = status(configured);
        Map<String, Closure.Member> members = new HashMap<>();
        root.target()
                .closure()
                .packages()
                .forEach(member -> members.put(member.id().name().text(), member));
        Exports exports = Exports.NONE;
        Set<String> seen = new HashSet<>();
        Deque<PackageName> next =
                new ArrayDeque<>(List.of(root.target().requested().name()));
        while (!next.isEmpty()) {
            for (String name : new TreeSet<>(Metapackage.dependencies(status, next.remove()))) {
                Closure.Member member = members.get(name);
                if (member == null || !seen.add(name)) {
                    continue;
                }
                Manifest manifest = store.manifest(member.layer());
                exports = exports.with(Exports.of(manifest, configured));
                if (Metapackage.test(manifest)) {
                    next.add(member.id().name());
                }
            }
        }
        return exports.borrowed();
    }

    private String status(Manifest configured) throws IOException {
        for (ManifestEntry entry : configured.entries()) {
            if (entry.path().equals(STATUS) && entry.type() == EntryType.FILE) {
                return text(entry);
            }
        }
        return "";
    }

    /** The program named like the package, which another package of the closure may ship (python3 is python3-minimal's). */
    private Optional<String> namesake(RootTarget target, String name) throws IOException {
        for (Closure.Member member : target.closure().packages()) {
            String path = Exports.of(store.manifest(member.layer()), Manifest.of(List.of()))
                    .commands()
                    .get(name);
            if (path != null) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private Launchers.Offer offer(LinkedRoot root) throws IOException {
        RootTarget target = root.target();
        Exports exports = exports(root);
        Map<String, String> desktop = new HashMap<>();
        for (ManifestEntry entry : exports.desktopEntries()) {
            if (entry.type() == EntryType.FILE) {
                desktop.put(entry.name(), text(entry));
            }
        }
        boolean alias = !target.root().text().equals(target.requested().name().text());
        return new Launchers.Offer(
                target.root(),
                alias,
                exports.areBorrowed(),
                mendsSignals(target.closure()),
                exports.commands(),
                desktop,
                passwd(root));
    }

    /** Whether the closure's env(1) has {@code --default-signal}, as since coreutils 8.31. */
    static boolean mendsSignals(Closure closure) {
        return closure.packages().stream()
                .map(Closure.Member::id)
                .anyMatch(id -> id.name().equals(COREUTILS) && id.version().compareTo(WITH_DEFAULT_SIGNAL) >= 0);
    }

    private Manifest own(RootTarget target) throws IOException {
        for (Closure.Member member : target.closure().packages()) {
            if (member.id().equals(target.requested())) {
                return store.manifest(member.layer());
            }
        }
        return Manifest.of(List.of());
    }

    private Map<String, String> passwd(LinkedRoot root) throws IOException {
        Map<String, String> files = new HashMap<>();
        if (user.isEmpty()) {
            return files;
        }
        for (ManifestEntry entry : store.manifest(root.configured()).entries()) {
            if (entry.path().equals(PASSWD) && entry.type() == EntryType.FILE) {
                String text = text(entry);
                user.forEach((name, line) -> files.put(name, withUser(text, name, line)));
            }
        }
        return files;
    }

    static String withUser(String passwd, String name, String line) {
        StringBuilder text = new StringBuilder();
        passwd.lines()
                .filter(other -> !other.matches(String.format(OTHER_USER, Pattern.quote(name))))
                .forEach(other -> text.append(other).append('\n'));
        return text.append(line).append('\n').toString();
    }

    private String text(ManifestEntry entry) throws IOException {
        return new String(Files.readAllBytes(store.path(entry.object())), StandardCharsets.UTF_8);
    }
}
