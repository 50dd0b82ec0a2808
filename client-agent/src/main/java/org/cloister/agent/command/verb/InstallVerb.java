package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "install",
        description = "Give packages roots of their own.",
        footer = {
            "",
            "Examples:",
            "  cloister install nginx",
            "  cloister install hello=2.10-3 --as hello-old    two versions side by side",
            "  cloister install jq --host build-1 --host build-2",
            "  cloister install game --port udp/27015",
            "  cloister install gcc --recommends               with what apt would bring too",
            "",
            "Ctrl-C stops the waiting, not the installation."
        })
final class InstallVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME[=VERSION]",
            converter = PackageSpec.Converter.class,
            description = "What to install; the newest version unless told.")
    private List<PackageSpec> packages = List.of();

    @Option(names = "--as", paramLabel = "ALIAS", description = "The name of the root, where it isn't the package's.")
    private @Nullable String alias;

    @Option(names = "--upgrade", description = "Replace a root of that name which has another version.")
    private boolean upgrade;

    @Option(
            names = "--recommends",
            description = "With what the packages recommend, where it is published. Upgrades keep to it. (Fetch it with"
                    + " `cloister mirror sync --recommends`.)")
    private boolean recommends;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "What it will listen on, such as tcp/80, where that can't be read from what it ships.")
    private List<String> ports = List.of();

    @Mixin
    private Changing changing = new Changing();

    InstallVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<Port> wanted = ports.stream().map(Port::parse).toList();
        if (!wanted.isEmpty() && packages.size() > 1) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "--port is about one root, but there are " + packages.size() + " packages.",
                    "Install them one after the other.");
        }
        int status = changing.ask(session, "installs", body(), "installed");
        if (status == ExitStatus.OK.code() && !wanted.isEmpty()) {
            RootName root = new RootName(alias == null ? packages.get(0).name().text() : alias);
            for (HostId host : changing.hosts(session)) {
                new PortRequest(session, host).add(root, PortSource.ASKED, wanted);
            }
        }
        return status;
    }

    private ObjectNode body() throws CommandFailed {
        if (alias != null && packages.size() > 1) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "--as names one root, but there are " + packages.size() + " packages.",
                    "Install them one after the other.");
        }
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode list = body.putArray("packages");
        for (PackageSpec spec : packages) {
            ObjectNode one = list.addObject().put("name", spec.name().text());
            if (spec.version() != null) {
                one.put("version", spec.version().text());
            }
            if (alias != null) {
                one.put("alias", new RootName(alias).text());
            }
        }
        if (upgrade) {
            body.put("upgrade", true);
        }
        if (recommends) {
            body.put("recommends", true);
        }
        return body;
    }
}
