package org.cloister.repo.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.DriftEvent;
import org.cloister.events.HostEvent.DriftFound;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.cloister.repo.command.CommandService.SignedInventory;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.DriftDecider;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/** What agents say that is on their disks. */
final class InventoryCommand {
    private final CommandRunner runner;
    private final Streams streams;

    InventoryCommand(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<InventoryVerdict>> compare(Request request, HostId host, SignedInventory inventory) {
        Refusal refusal = Authority.on(host, request.caller(), Role.AGENT);
        HostInventory explained = inventory.explained();
        if (refusal == null && explained != null && !explained.digest().equals(inventory.digest())) {
            refusal = new Refusal(
                    Rule.MALFORMED_REQUEST,
                    "the inventory that came has the digest " + explained.digest() + ", not " + inventory.digest(),
                    "send the inventory whose digest was signed");
        }
        return runner.run(request, refusal, new Comparison(host, inventory));
    }

    /** {@code docs/protocol.md}, "Inventory of a host". */
    static byte[] signedText(HostId host, Position asOf, Digest digest) {
        return ("cloister-inventory-digest 1\n" + host + '\n' + asOf + '\n' + digest + '\n')
                .getBytes(StandardCharsets.UTF_8);
    }

    private final class Comparison implements Plan<InventoryVerdict> {
        private final HostId host;
        private final SignedInventory inventory;

        Comparison(HostId host, SignedInventory inventory) {
            this.host = host;
            this.inventory = inventory;
        }

        @Override
        public CompletionStage<Attempt<InventoryVerdict>> attempt() {
            Loaded<HostState> loaded = streams.load(StreamFamily.HOST, StreamId.of(host));
            HostEnrolled enrolment = loaded.state().enrolment();
            if (enrolment != null && !isSigned(enrolment.publicKey())) {
                return CompletableFuture.completedFuture(new Attempt.Refused<>(new Refusal(
                        Rule.SIGNATURE_INVALID,
                        "the inventory isn't signed with the key of host " + host,
                        "sign it with the key with which the host was enrolled")));
            }
            DriftDecider decider = new DriftDecider(loaded.state(), host);
            InventoryVerdict verdict =
                    decider.verdict(inventory.asOf(), inventory.digest(), inventory.explained() != null);
            return CompletableFuture.completedFuture(Attempt.of(
                    decider.decide(inventory.asOf(), inventory.digest(), inventory.explained()),
                    StreamId.of(host),
                    loaded.version(),
                    events -> verdict,
                    verdict));
        }

        private boolean isSigned(String publicKey) {
            byte[] text = signedText(host, inventory.asOf(), inventory.digest());
            return HostKey.parse(publicKey)
                    .map(key -> key.verifies(text, inventory.signature()))
                    .orElse(false);
        }

        @Override
        public @Nullable InventoryVerdict repeated(List<Event> events) {
            if (events.size() != 1 || !(events.get(0) instanceof DriftEvent drift)) {
                return null;
            }
            return drift instanceof DriftFound ? InventoryVerdict.DIFFERS : InventoryVerdict.AGREES;
        }
    }
}
