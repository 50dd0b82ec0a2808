package org.cloister.agent.witness;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.cloister.agent.remote.Repository;

/** The log of the host's repository. */
public record RepositoryLog(Repository repository) implements WitnessedLog {
    @Override
    public String epoch() throws IOException, InterruptedException {
        return repository.status().epoch();
    }

    @Override
    public String key() throws IOException, InterruptedException {
        return repository.logKey();
    }

    @Override
    public String checkpoint() throws IOException, InterruptedException {
        return repository.logCheckpoint();
    }

    @Override
    public Optional<String> timeStamp() throws IOException, InterruptedException {
        return repository.logTimeStamp();
    }

    @Override
    public List<byte[]> consistency(long from, long to) throws IOException, InterruptedException {
        return repository.logConsistency(from, to);
    }

    @Override
    public Optional<String> root(int version) throws IOException, InterruptedException {
        return repository.trustRoot(version);
    }
}
