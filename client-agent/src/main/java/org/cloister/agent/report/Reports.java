package org.cloister.agent.report;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cloister.agent.state.QueuedReport;
import org.cloister.agent.state.ReportForm;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.codec.EventCodec;

/** Makes signed reports of events. Thread-safe. */
public final class Reports {
    /** Of the protocol. */
    public static final int MAX_EVENTS = 1_000;

    private final HostKey key;
    private final HostId host;
    private final EventCodec codec = new EventCodec();

    public Reports(HostKey key, HostId host) {
        this.key = key;
        this.host = host;
    }

    /** Gets its sequence number when it is queued; what it says doesn't change afterwards. */
    public ReportForm of(List<HostEvent> events) {
        List<EventCodec.Encoded> encoded = events.stream().map(codec::encode).toList();
        String idempotencyKey = UUID.randomUUID().toString();
        return sequence -> new QueuedReport(sequence, idempotencyKey, body(sequence, encoded));
    }

    /** {@code docs/protocol.md}, "Inventory of a host". */
    public String signInventory(Position asOf, Digest digest) {
        return key.sign("cloister-inventory-digest 1\n" + host + "\n" + asOf + "\n" + digest + "\n");
    }

    private String body(long sequence, List<EventCodec.Encoded> events) {
        StringBuilder signed = new StringBuilder("cloister-report 1\n" + host + "\n" + sequence + "\n");
        List<String> list = new ArrayList<>();
        for (EventCodec.Encoded event : events) {
            signed.append(event.type())
                    .append(' ')
                    .append(Digest.ofText(event.payload()).hex())
                    .append('\n');
            list.add("{\"type\":\"" + event.type() + "\",\"payload\":" + event.payload() + "}");
        }
        return "{\"sequence\":" + sequence + ",\"signature\":\"" + key.sign(signed.toString()) + "\",\"events\":["
                + String.join(",", list) + "]}";
    }
}
