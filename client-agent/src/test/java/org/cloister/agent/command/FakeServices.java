package org.cloister.agent.command;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.control.ServiceControl;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** Services that answer what a test put in. */
public final class FakeServices implements ServiceControl {
    public List<ServiceView> views = List.of();
    public final List<String> asked = new ArrayList<>();
    public List<String> log = List.of();

    public static ServiceView view(String root, String name, String state, boolean up, boolean installable) {
        return new ServiceView(
                new RootName(root),
                new ServiceName(name),
                "The " + name,
                name.endsWith("@") ? "template" : "unit",
                "usr/lib/systemd/system/" + name + ".service",
                root,
                true,
                false,
                up,
                installable,
                state,
                up,
                true,
                up ? "" : "its program ended with status 1",
                "",
                up ? 7 : 0,
                up ? Instant.parse("2026-01-02T03:04:05Z") : null,
                0,
                Isolation.CHROOT,
                List.of("WatchdogSec= has no effect here"),
                List.of("ProtectHome"));
    }

    @Override
    public List<ServiceView> services(RootName root) {
        return views.stream().filter(view -> view.root().equals(root)).toList();
    }

    @Override
    public List<ServiceView> change(RootName root, List<ServiceName> names, Operation operation, Duration limit)
            throws IOException {
        for (ServiceName name : names) {
            if (services(root).stream().noneMatch(view -> view.name().equals(name))) {
                throw new IOException("there is no service " + name + " in " + root);
            }
            asked.add(operation + " " + root + " " + name);
        }
        return services(root).stream()
                .filter(view -> names.contains(view.name()))
                .toList();
    }

    @Override
    public void isolate(RootName root, Isolation isolation) {
        asked.add(isolation + " " + root);
    }

    @Override
    public List<String> log(RootName root, ServiceName name, int lines) {
        return log;
    }
}
