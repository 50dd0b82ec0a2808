package org.cloister.events.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec.Encoded;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.junit.jupiter.api.Test;

class KnownClosuresTest {
    private static final EventCodec PLAIN = new EventCodec();

    private static Closure closure(int number, int members) {
        List<Closure.Member> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            PackageId id = PackageId.of("lib" + i, "1." + number, "amd64");
            Digest artifact = Digest.ofText(id.toString());
            all.add(new Closure.Member(id, artifact, new LayerId(artifact)));
        }
        return new Closure(all);
    }

    private static InstallRequested request(Closure... closures) {
        List<RootTarget> targets = new ArrayList<>();
        for (Closure closure : closures) {
            targets.add(new RootTarget(
                    new RootName("root" + targets.size()),
                    closure.packages().get(0).id(),
                    closure));
        }
        return new InstallRequested(targets);
    }

    private static InstallRequested decode(EventCodec codec, String payload) {
        Encoded form = PLAIN.encode(request(closure(1, 1)));
        return (InstallRequested) codec.decode(form.type(), form.schema(), payload);
    }

    @Test
    void theSameClosureIsTheSameObjectInWhicheverEvent() {
        EventCodec codec = EventCodec.remembering(1_000_000);
        Closure closure = closure(1, 30);
        InstallRequested first = decode(codec, PLAIN.encode(request(closure)).payload());
        InstallRequested second =
                decode(codec, PLAIN.encode(request(closure(2, 30), closure)).payload());

        assertThat(first).isEqualTo(request(closure));
        assertThat(second).isEqualTo(request(closure(2, 30), closure));
        assertThat(second.roots().get(1).closure())
                .isSameAs(first.roots().get(0).closure());
    }

    /** Whatever is remembered and forgotten, and however long the payload, what is read is what was written. */
    @Test
    void itReadsWhatAPlainCodecReads() {
        for (long limit : new long[] {0, 9_000, 1_000_000}) {
            EventCodec codec = EventCodec.remembering(limit);
            Random random = new Random(limit);
            for (int i = 0; i < 150; i++) {
                Closure[] closures = new Closure[1 + random.nextInt(3)];
                for (int j = 0; j < closures.length; j++) {
                    closures[j] = closure(random.nextInt(4), 1 + random.nextInt(150));
                }
                String payload = PLAIN.encode(request(closures)).payload();
                String foreign = "{\"note\":\"\\u00e4 \uD83D\uDE00\"," + payload.substring(1);
                assertThat(decode(codec, foreign))
                        .as("limit %d, round %d", limit, i)
                        .isEqualTo(decode(PLAIN, payload));
            }
        }
    }

    @Test
    void whatIsNoClosureIsRefusedEachTime() {
        EventCodec codec = EventCodec.remembering(1_000_000);
        String payload = PLAIN.encode(request(closure(1, 30))).payload();
        String empty = payload.replaceAll("\"packages\":\\[.*?\\]", "\"packages\":[" + " ".repeat(2_000) + "]");
        String cut = payload.substring(0, payload.length() / 2);
        String wrong = payload.replace("sha256:", "sha255:");
        for (int i = 0; i < 2; i++) {
            for (String bad : List.of(empty, cut, wrong)) {
                assertThatThrownBy(() -> decode(codec, bad))
                        .as(bad.substring(0, 60))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not a payload of InstallRequested");
            }
        }
    }
}
