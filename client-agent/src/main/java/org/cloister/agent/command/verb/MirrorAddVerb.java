package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.sources.AptSource;
import org.cloister.agent.command.sources.HostSources;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.MirrorName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "add",
        description = {
            "Define a mirror, or define it anew.",
            "From the host's sources, the first suite becomes NAME, the others NAME-updates, NAME-security and so on."
        },
        footer = {
            "",
            "Examples:",
            "  cloister mirror add debian --from-host-sources --artifacts on-demand",
            "  cloister mirror add debian --url https://archive.example.org/debian \\",
            "      --suite bookworm --components main --architectures amd64 \\",
            "      --signed-by /usr/share/keyrings/debian-archive-keyring.gpg"
        })
final class MirrorAddVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "What it will be called.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private Origin origin = new Origin();

    /** Either of the two ways to say what is mirrored. */
    static final class Origin {
        @SuppressWarnings("UnusedVariable") // Without an archive, it was this one.
        @Option(names = "--from-host-sources", required = true, description = "What this machine's apt uses.")
        private boolean fromHost;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable Archive archive;
    }

    /** An archive in words. */
    static final class Archive {
        @Option(names = "--url", required = true, paramLabel = "URL", description = "Above dists/.")
        private String url = "";

        @Option(names = "--suite", required = true, paramLabel = "SUITE", description = "Such as bookworm.")
        private String suite = "";

        @Option(names = "--signed-by", required = true, paramLabel = "FILE", description = "Keys that sign it.")
        private List<String> signedBy = List.of();

        @Option(
                names = "--components",
                split = ",",
                paramLabel = "NAME",
                description = "Such as main; main unless told.")
        private List<String> components = List.of("main");
    }

    @Option(names = "--architectures", split = ",", paramLabel = "NAME", description = "This machine's unless told.")
    private List<String> architectures = List.of();

    @Option(
            names = "--artifacts",
            paramLabel = "POLICY",
            converter = PolicyConverter.class,
            description = {
                "Which of the packages that the archive lists are fetched:",
                "everything, closures (those that 'mirror sync' names) or on-demand (each when it is first asked for). closures unless told."
            })
    private ArtifactPolicy artifacts = ArtifactPolicy.CLOSURES;

    @Option(
            names = "--max-age",
            paramLabel = "DAYS",
            description =
                    "An archive that signed nothing new for so long counts as frozen; its Valid-Until counts in any case.")
    private @Nullable Integer maxAge;

    /** As it is written in events. */
    static final class PolicyConverter implements ITypeConverter<ArtifactPolicy> {
        @Override
        public ArtifactPolicy convert(String text) {
            try {
                return ArtifactPolicy.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    MirrorAddVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Archive archive = origin.archive;
        if (archive == null) {
            return fromHost();
        }
        List<Path> keyrings = new ArrayList<>();
        for (String file : archive.signedBy) {
            keyrings.add(session.caller().file(file));
        }
        AptSource source = new AptSource(archive.url, archive.suite, archive.components, List.of(), List.of());
        define(new MirrorName(name), source, HostSources.armored(keyrings));
        return ExitStatus.OK.code();
    }

    private int fromHost() throws CommandFailed, IOException, InterruptedException {
        session.caller().requireFiles();
        HostSources host = new HostSources(Path.of("/"));
        HostSources.Found found = host.found();
        List<AptSource> sources = found.sources();
        for (String left : found.leftOut()) {
            session.terminal().err().println("Left out: " + left + ".");
        }
        if (sources.isEmpty()) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "This machine's apt has no http or https source of binary packages.",
                    "Name the archive: cloister mirror add " + name + " --url … --suite … --signed-by …");
        }
        String base = sources.get(0).suite();
        List<MirrorName> used = new ArrayList<>();
        for (AptSource source : sources) {
            MirrorName mirror = unused(nameOf(source.suite(), base), used);
            define(mirror, source, host.keys(source));
        }
        return ExitStatus.OK.code();
    }

    /** {@code bookworm-updates} beside {@code bookworm} becomes {@code NAME-updates}. */
    private String nameOf(String suite, String base) {
        if (suite.equals(base)) {
            return name;
        }
        String rest = suite.startsWith(base + "-") ? suite.substring(base.length() + 1) : suite;
        return name + "-" + rest.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
    }

    private static MirrorName unused(String wanted, List<MirrorName> used) {
        MirrorName candidate = new MirrorName(wanted);
        for (int number = 2; used.contains(candidate); number++) {
            candidate = new MirrorName(wanted + "-" + number);
        }
        used.add(candidate);
        return candidate;
    }

    private void define(MirrorName mirror, AptSource source, String keys)
            throws CommandFailed, IOException, InterruptedException {
        ObjectNode body = session.mapper().createObjectNode();
        body.put("name", mirror.text()).put("url", source.url()).put("suite", source.suite());
        ArrayNode components = body.putArray("components");
        source.components().forEach(components::add);
        ArrayNode list = body.putArray("architectures");
        architecturesOf(source).forEach(list::add);
        body.put("signedBy", keys).put("artifacts", artifacts.text());
        if (maxAge != null) {
            body.put("maxAgeDays", maxAge);
        }
        JsonNode answer = session.repositoryOfCaller().post(Target.of("v1", "mirrors"), body);
        if (session.json()) {
            session.print(((ObjectNode) answer).put("name", mirror.text()));
        } else {
            session.terminal()
                    .out()
                    .println("Mirror " + mirror + ": " + source.suite() + " of " + source.url() + " ("
                            + String.join(" ", source.components()) + "; "
                            + String.join(" ", architecturesOf(source)) + ")");
        }
    }

    private List<String> architecturesOf(AptSource source) {
        if (!architectures.isEmpty()) {
            return architectures;
        }
        return source.architectures().isEmpty() ? List.of(HostArchitecture.debianName()) : source.architectures();
    }
}
