package org.cloister.fuse.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.session.SessionMemory.Word;
import org.cloister.fuse.session.WholeRecord;
import org.cloister.fuse.union.Standing;
import org.cloister.fuse.union.Succession;
import org.jspecify.annotations.Nullable;

/** {@link Succession} in session memory. Layers are named once, and by their place in that list otherwise. */
public final class StandingRecord implements Succession {
    private final SessionMemory memory;
    private final WholeRecord record;
    private final WholeRecord forgotten;

    public StandingRecord(SessionMemory memory) throws IOException {
        this.memory = memory;
        this.record = new WholeRecord(memory, Word.STANDING_AT);
        this.forgotten = new WholeRecord(memory, Word.FORGOTTEN_AT);
    }

    @Override
    public @Nullable Standing recorded() {
        ByteBuffer bytes = record.get();
        return bytes == null ? null : read(bytes, StandingRecord::read);
    }

    private interface Reading<T> {
        T of(DataInputStream in) throws IOException;
    }

    private static <T> T read(ByteBuffer bytes, Reading<T> reading) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(copy))) {
            return reading.of(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a record of this session can't be read", e);
        }
    }

    private static Standing read(DataInputStream in) throws IOException {
        byte[] shown = new byte[in.readInt()];
        in.readFully(shown);
        List<LayerId> named = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            named.add(LayerId.parse(in.readUTF()));
        }
        List<Standing.Slot> roots = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            int number = in.readInt();
            RootName name = new RootName(in.readUTF());
            List<LayerId> layers = new ArrayList<>();
            for (int each = in.readInt(); each > 0; each--) {
                layers.add(named.get(in.readInt()));
            }
            roots.add(new Standing.Slot(number, name, layers));
        }
        int slots = in.readInt();
        Map<LayerId, Integer> firstNumbers = new HashMap<>();
        for (int count = in.readInt(); count > 0; count--) {
            firstNumbers.put(named.get(in.readInt()), in.readInt());
        }
        return new Standing(
                Generation.parse(new String(shown, StandardCharsets.UTF_8)), roots, slots, firstNumbers, in.readInt());
    }

    @Override
    public void record(Standing standing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(standing, out);
        }
        record.replace(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static void write(Standing standing, DataOutputStream out) throws IOException {
        byte[] shown = standing.shown().text().getBytes(StandardCharsets.UTF_8);
        out.writeInt(shown.length);
        out.write(shown);
        Map<LayerId, Integer> places = places(standing);
        out.writeInt(places.size());
        for (LayerId layer : places.keySet()) {
            out.writeUTF(layer.toString());
        }
        out.writeInt(standing.roots().size());
        for (Standing.Slot root : standing.roots()) {
            out.writeInt(root.number());
            out.writeUTF(root.name().text());
            out.writeInt(root.layers().size());
            for (LayerId layer : root.layers()) {
                out.writeInt(places.getOrDefault(layer, -1));
            }
        }
        out.writeInt(standing.slots());
        out.writeInt(standing.firstNumbers().size());
        for (Map.Entry<LayerId, Integer> first : standing.firstNumbers().entrySet()) {
            out.writeInt(places.getOrDefault(first.getKey(), -1));
            out.writeInt(first.getValue());
        }
        out.writeInt(standing.nextNumber());
    }

    private static Map<LayerId, Integer> places(Standing standing) {
        Map<LayerId, Integer> places = new LinkedHashMap<>();
        standing.firstNumbers().keySet().forEach(layer -> places.putIfAbsent(layer, places.size()));
        standing.roots().forEach(root -> root.layers().forEach(layer -> places.putIfAbsent(layer, places.size())));
        return places;
    }

    @Override
    public void forgetting(List<Forgotten> all) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(all.size());
            for (Forgotten one : all) {
                out.writeLong(one.node());
                out.writeUTF(one.name() == null ? "" : one.name());
            }
        }
        forgotten.replace(ByteBuffer.wrap(bytes.toByteArray()));
    }

    @Override
    public List<Forgotten> forgotten() {
        ByteBuffer bytes = forgotten.get();
        return bytes == null ? List.of() : read(bytes, StandingRecord::readForgotten);
    }

    private static List<Forgotten> readForgotten(DataInputStream in) throws IOException {
        List<Forgotten> all = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            long node = in.readLong();
            String name = in.readUTF();
            all.add(new Forgotten(node, name.isEmpty() ? null : name));
        }
        return all;
    }

    @Override
    public void unsettled(boolean unsettled) {
        memory.set(Word.UNSETTLED, unsettled ? 1 : 0);
    }

    @Override
    public boolean isUnsettled() {
        return memory.get(Word.UNSETTLED) != 0;
    }
}
