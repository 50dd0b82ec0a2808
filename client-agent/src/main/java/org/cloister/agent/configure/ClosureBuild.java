package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.store.Incoming;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.jspecify.annotations.Nullable;

/** Configures a closure in a scratch root and makes a layer of what was written. */
final class ClosureBuild {
    /** Packages in an error; more tell nothing. */
    private static final int MAX_NAMED = 5;

    private static final String PASSWD = "etc/passwd";
    private static final String GROUP = "etc/group";

    private final ObjectStore store;
    private final ScratchRoots roots;
    private final ConfigureSandbox sandbox;
    private final ClosureContents contents;
    private final UserRegistry users;
    private final Path logs;

    ClosureBuild(
            ObjectStore store,
            ScratchRoots roots,
            ConfigureSandbox sandbox,
            ClosureContents contents,
            UserRegistry users,
            Path logs) {
        this.store = store;
        this.roots = roots;
        this.sandbox = sandbox;
        this.contents = contents;
        this.users = users;
        this.logs = logs;
    }

    /** Where a build starts from: so many packages of the closure are configured in {@code layer}. */
    record Start(int packages, LayerId layer) {}

    Configured build(Closure closure, @Nullable Start start, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        int done = start == null ? 0 : start.packages();
        List<Closure.Member> fresh =
                closure.packages().subList(done, closure.packages().size());
        List<UnpackedPackage> configuredBefore =
                contents.unpacked(closure.packages().subList(0, done));
        List<UnpackedPackage> unpacked = contents.unpacked(fresh);
        List<LayerId> layers = new ArrayList<>(Generation.Root.below(closure));
        if (start != null) {
            layers.add(start.layer());
        }
        FileTime newest = contents.newest(closure);
        try (ScratchRoots.Scratch scratch = roots.open(closure.id(), layers)) {
            ScratchSetup setup = new ScratchSetup(scratch.path());
            boolean rpm = RpmScriptlets.areOf(closure);
            if (rpm) {
                setup.applyRpm();
            } else {
                setup.apply(configuredBefore, unpacked, contents.paths(fresh));
            }
            Path log = logs.resolve(closure.id().digest().hex() + ".log");
            Files.deleteIfExists(log);
            Optional<String> failure = rpm
                    ? new RpmScriptlets(closure, scratch.path(), sandbox, newest.seconds(), log, progress).run()
                    : new Steps(closure, scratch.path(), newest.seconds(), log, unpacked, progress).run();
            if (failure.isPresent()) {
                return new Configured.Failed(failure.get() + "\nAll of the output: " + log);
            }
            return new Configured.Ready(store.putLayer(layer(scratch, start, newest)));
        }
    }

    private Manifest layer(ScratchRoots.Scratch scratch, @Nullable Start start, FileTime newest)
            throws IOException, InterruptedException {
        ScratchFiles files = new ScratchFiles(scratch.path());
        String passwd = files.text(PASSWD).orElse("");
        String group = files.text(GROUP).orElse("");
        Renumbering renumbering = users.renumbering(passwd, group);
        if (!renumbering.changesNothing()) {
            files.write(PASSWD, renumbering.passwd(passwd));
            files.write(GROUP, renumbering.groupFile(group));
        }
        try (Incoming incoming = store.incoming()) {
            Manifest changes = new ChangesLayer(scratch.path(), sandbox.reader(), incoming, newest, renumbering)
                    .of(scratch.changes());
            incoming.commit();
            return start == null ? changes : LayerMerge.of(store.manifest(start.layer()), changes);
        }
    }

    /** The scripts, one after the other. */
    private final class Steps {
        private final Closure closure;
        private final Path root;
        private final long epoch;
        private final Path log;
        private final List<UnpackedPackage> unpacked;
        private final Consumer<Progress> progress;
        private final ScriptOutput output = new ScriptOutput();
        private int set;

        Steps(
                Closure closure,
                Path root,
                long epoch,
                Path log,
                List<UnpackedPackage> unpacked,
                Consumer<Progress> progress) {
            this.closure = closure;
            this.root = root;
            this.epoch = epoch;
            this.log = log;
            this.unpacked = unpacked;
            this.progress = progress;
        }

        /** The reason of a failure, or empty. */
        Optional<String> run() throws IOException, InterruptedException {
            if (unpacked.stream().anyMatch(each -> each.hasScript("preinst"))) {
                SandboxRun preinst = script(ConfigureScript.preinst(unpacked, dpkgVersion()));
                if (!preinst.succeeded()) {
                    return Optional.of(why(preinst));
                }
                new Diversions(root, store).settle(closure);
            }
            boolean basePasswd =
                    unpacked.stream().anyMatch(each -> each.id().name().text().equals("base-passwd"));
            SandboxRun configure = script(ConfigureScript.configure(basePasswd));
            List<String> left = StatusText.notInstalled(
                    new ScratchFiles(root).text("var/lib/dpkg/status").orElse(""));
            if (!configure.succeeded() || !left.isEmpty()) {
                return Optional.of(why(configure) + notConfigured(left));
            }
            return Optional.empty();
        }

        private String why(SandboxRun run) {
            return output.why()
                    .orElseGet(() -> "the scripts ended with status " + run.status() + "; the last lines:\n    "
                            + String.join("\n    ", run.lastLines()));
        }

        private static String notConfigured(List<String> left) {
            return left.size() < 2
                    ? ""
                    : "\nNot configured: "
                            + String.join(", ", left.subList(0, Math.min(left.size(), MAX_NAMED)))
                            + (left.size() > MAX_NAMED ? " and " + (left.size() - MAX_NAMED) + " more" : "");
        }

        private SandboxRun script(String script) throws IOException, InterruptedException {
            return sandbox.run(root, script, epoch, log, this::hear);
        }

        private void hear(String line) {
            output.hear(line);
            if (line.startsWith("Setting up ")) {
                set++;
                progress.accept(new Progress("configure", line, set, unpacked.size(), "packages"));
            }
        }

        private String dpkgVersion() {
            return unpacked.stream()
                    .filter(each -> each.id().name().text().equals("dpkg"))
                    .map(each -> each.id().version().toString())
                    .findFirst()
                    .orElse("1.21.0");
        }
    }
}
