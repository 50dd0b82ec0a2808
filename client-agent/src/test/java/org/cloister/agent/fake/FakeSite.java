package org.cloister.agent.fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.report.HostKey;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/**
 * What a real agent needs beside it, in one directory: the repository with its log and its pool, the token {@code token}, and the host's key in the
 * agent's state directory {@code one}.
 */
public final class FakeSite implements AutoCloseable {
    private final EventCodec codec = new EventCodec();
    private final FakePool pool;
    private final FakeLog log = new FakeLog();
    private final FakeRepository repository;
    private final HostId host;

    public FakeSite(Path directory) throws IOException {
        Path state = Files.createDirectories(directory.resolve("one"));
        pool = new FakePool(directory.resolve("pool"));
        repository = new FakeRepository(pool, log, 0);
        host = HostKey.at(state.resolve("key.pem")).host();
        Files.writeString(directory.resolve("token"), "t");
    }

    public FakePool pool() {
        return pool;
    }

    public FakeRepository repository() {
        return repository;
    }

    /** Of the agent whose state is in {@code one}. */
    public HostId host() {
        return host;
    }

    /** Recorded of {@link #host}. */
    public void append(HostEvent event) {
        log.append(host, event);
    }

    /** A root of one package that isn't configured, but for its {@code /etc}. */
    public RootTarget root(RootName name, Closure.Member member) throws IOException {
        Closure closure = new Closure(List.of(member));
        repository.configured(
                closure.id(),
                pool.layer(Manifest.of(List.of(ManifestEntry.directory("etc", 0755, 0, 0, FileTime.EPOCH)))));
        return new RootTarget(name, member.id(), closure);
    }

    public void install(RootTarget... roots) {
        append(new InstallRequested(List.of(roots)));
    }

    /** Whether the agent has told the outcome of the installation. */
    public boolean isInstalled() {
        return log.all().stream().anyMatch(event -> event.type().startsWith("Installation"));
    }

    /** All that is recorded, of this host and others. */
    public List<HostEvent> events() {
        return log.all().stream().map(codec::decode).map(HostEvent.class::cast).toList();
    }

    @Override
    public void close() {
        repository.close();
    }
}
