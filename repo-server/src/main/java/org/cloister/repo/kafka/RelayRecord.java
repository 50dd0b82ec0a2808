package org.cloister.repo.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.WithheldPayload;
import org.cloister.events.codec.EventLine;

/** An event as a record of Kafka: the line is the value, the stream the key; headers {@code position}, {@code type}, {@code epoch}. */
final class RelayRecord {
    private static final String POSITION = "position";

    private RelayRecord() {}

    static ProducerRecord<byte[], byte[]> of(RecordedEvent event, long epoch) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                EventTopic.of(event.stream()).topicName(),
                bytes(event.stream().toString()),
                bytes(EventLine.write(WithheldPayload.in(event))));
        record.headers()
                .add(POSITION, bytes(event.position().toString()))
                .add("type", bytes(event.type()))
                .add("epoch", bytes(Long.toString(epoch)));
        return record;
    }

    /** @throws IllegalArgumentException if it isn't a record of the relay */
    static Position position(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(POSITION);
        if (header == null) {
            throw new IllegalArgumentException("a record of " + record.topic() + " at offset " + record.offset()
                    + " has no position: somebody else writes to the topic");
        }
        return new Position(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
