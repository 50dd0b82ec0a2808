package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.root.RootView;
import org.cloister.agent.service.InitScript;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.service.Specifiers;
import org.cloister.agent.service.UnitFile;
import org.cloister.agent.service.UnitReader;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.ServiceName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ManifestEntry;

/** Reads the units and init scripts that a mounted root has now, with what its administrator changed. */
public final class RootUnits {
    private static final String ADMINISTRATOR = "etc/systemd/system";
    private static final String SHIPPED = "usr/lib/systemd/system";
    private static final String SCRIPTS = "etc/init.d";
    private static final String SUFFIX = ".service";
    private static final String NOTHING = "/dev/null";
    private static final int HOME_FIELD = 5;

    private final ObjectStore store;
    private final ServicePlaces places;

    public RootUnits(ObjectStore store, ServicePlaces places) {
        this.store = store;
        this.places = places;
    }

    /**
     * A service of a root.
     *
     * @param file where it is described
     * @param from the package that ships it; empty where none does
     * @param own whether that is the root's own package, or one that belongs to it
     * @param masked whether its administrator took it away (systemctl(1), {@code mask})
     */
    public record Found(ServiceUnit unit, String file, String from, boolean own, boolean masked) {}

    /** @param aliases other names of some services */
    public record All(SortedMap<ServiceName, Found> services, Map<ServiceName, ServiceName> aliases) {
        public All {
            services = Collections.unmodifiableSortedMap(services);
            aliases = Map.copyOf(aliases);
        }

        /** The service of a name or alias; an instance of a template isn't here. */
        Optional<Found> get(ServiceName name) {
            return Optional.ofNullable(services.get(aliases.getOrDefault(name, name)));
        }
    }

    /** @throws IOException if the file system or the store doesn't answer */
    public All of(LinkedRoot root) throws IOException {
        return new Reading(root, places.view(root.target().root()), Map.of()).all();
    }

    /** The services and this instance of a template of theirs; as {@link #of} if there is no such template. */
    public All withInstance(LinkedRoot root, ServiceName instance) throws IOException {
        ServiceName template = new ServiceName(instance.prefix() + "@");
        return new Reading(root, places.view(root.target().root()), Map.of(template, instance)).all();
    }

    private final class Reading {
        private final LinkedRoot root;
        private final RootView view;
        private final Map<ServiceName, ServiceName> instances;
        private final Map<String, String> packages = new HashMap<>();
        private final SortedMap<ServiceName, Found> found = new TreeMap<>();
        private final Map<ServiceName, ServiceName> aliases = new HashMap<>();

        Reading(LinkedRoot root, RootView view, Map<ServiceName, ServiceName> instances) {
            this.root = root;
            this.view = view;
            this.instances = instances;
        }

        All all() throws IOException {
            for (Closure.Member member : root.target().closure().packages()) {
                for (ManifestEntry entry : store.manifest(member.layer()).entries()) {
                    String path = entry.path();
                    if (path.startsWith(SHIPPED + "/")
                            || path.startsWith(ADMINISTRATOR + "/")
                            || path.startsWith(SCRIPTS + "/")) {
                        packages.put(path, member.id().name().text());
                    }
                }
            }
            for (String directory : List.of(ADMINISTRATOR, SHIPPED)) {
                for (String path : view.entries(directory)) {
                    unit(path);
                }
            }
            for (String path : view.entries(SCRIPTS)) {
                script(path);
            }
            boolean none = found.values().stream().noneMatch(Found::own);
            if (none) {
                found.replaceAll((name, one) -> new Found(one.unit(), one.file(), one.from(), true, one.masked()));
            }
            return new All(found, aliases);
        }

        private void unit(String path) throws IOException {
            String file = path.substring(path.lastIndexOf('/') + 1);
            Optional<ServiceName> name = file.endsWith(SUFFIX) ? name(file) : Optional.empty();
            if (name.isEmpty() || found.containsKey(name.get()) || aliases.containsKey(name.get())) {
                return;
            }
            String target = view.link(path).orElse("");
            String targetFile = target.substring(target.lastIndexOf('/') + 1);
            if (!target.isEmpty() && !target.equals(NOTHING) && !targetFile.equals(file)) {
                name(targetFile).ifPresent(real -> aliases.put(name.get(), real));
                return;
            }
            boolean masked = target.equals(NOTHING);
            add(name.get(), path, masked ? Optional.of("") : view.text(path), masked);
            ServiceName instance = instances.get(name.get());
            if (instance != null) {
                add(instance, path, view.text(path), masked);
            }
        }

        private void add(ServiceName name, String path, Optional<String> text, boolean masked) throws IOException {
            if (text.isEmpty()) {
                return;
            }
            UnitFile file = UnitFile.parse(text.get());
            for (String dropIn : dropIns(name)) {
                file = file.with(UnitFile.parse(view.text(dropIn).orElse("")));
            }
            String from = packages.getOrDefault(path, "");
            found.put(
                    name,
                    new Found(UnitReader.read(name, file, specifiers(name, file)), path, from, own(from), masked));
        }

        /** By file name, those of the administrator in place of shipped ones. */
        private Iterable<String> dropIns(ServiceName name) throws IOException {
            SortedMap<String, String> paths = new TreeMap<>();
            List<String> units = name.text().equals(name.prefix())
                    ? List.of(name.unit())
                    : List.of(name.prefix() + "@" + SUFFIX, name.unit());
            for (String unit : units) {
                for (String directory : List.of(SHIPPED, ADMINISTRATOR)) {
                    for (String path : view.entries(directory + "/" + unit + ".d")) {
                        if (path.endsWith(".conf")) {
                            paths.put(path.substring(path.lastIndexOf('/') + 1), path);
                        }
                    }
                }
            }
            return paths.values();
        }

        private Specifiers specifiers(ServiceName name, UnitFile file) throws IOException {
            String user = "root";
            for (UnitFile.Assignment assignment : file.assignments()) {
                if (assignment.key().equals("User") && !assignment.value().isEmpty()) {
                    user = assignment.value();
                }
            }
            String host = root.target().root().text();
            return Specifiers.of(name, user, home(user), host);
        }

        private String home(String user) throws IOException {
            for (String line : view.text("etc/passwd").orElse("").lines().toList()) {
                String[] fields = line.split(":", -1);
                if (fields[0].equals(user) && fields.length > HOME_FIELD) {
                    return fields[HOME_FIELD];
                }
            }
            return "/root";
        }

        private void script(String path) throws IOException {
            Optional<ServiceName> name = name(path.substring(path.lastIndexOf('/') + 1));
            if (name.isEmpty() || found.containsKey(name.get()) || aliases.containsKey(name.get())) {
                return;
            }
            Optional<Path> file = view.resolved(path);
            if (file.isEmpty() || !Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            String from = packages.getOrDefault(path, "");
            String host = root.target().root().text();
            InitScript.parse(name.get(), view.text(path).orElse(""), Specifiers.of(name.get(), "root", "/root", host))
                    .ifPresent(unit -> found.put(name.get(), new Found(unit, path, from, own(from), false)));
        }

        /** postgresql-common belongs to postgresql. */
        private boolean own(String from) {
            String requested = root.target().requested().name().text();
            return from.isEmpty() || from.equals(requested) || from.startsWith(requested + "-");
        }

        private static Optional<ServiceName> name(String file) {
            try {
                return Optional.of(ServiceName.parse(file));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
