package org.cloister.events.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.layer.Closure;
import org.jspecify.annotations.Nullable;

/**
 * Closures by their JSON text. A thousand hosts are asked to have the same few, and reading one's members is most of what it takes to read
 * such a request. Limited by the length of all texts; when that is reached it begins anew. Thread-safe.
 */
final class KnownClosures {
    private final long maxCharacters;
    private final Map<String, Closure> byText = new ConcurrentHashMap<>();
    private final AtomicLong characters = new AtomicLong();

    KnownClosures(long maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    private @Nullable Closure find(String text) {
        return byText.get(text);
    }

    private void keep(String text, Closure closure) {
        if (characters.addAndGet(text.length()) > maxCharacters) {
            byText.clear();
            characters.set(text.length());
        }
        if (text.length() <= maxCharacters) {
            byText.put(text, closure);
        }
    }

    /** One payload that is being read, as an attribute of the reader. */
    record Reading(KnownClosures known, String payload) {}

    /** Looks a closure up, where the reader has a {@link Reading}, instead of reading it. */
    static final class Reader extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        Reader(JsonDeserializer<?> whole) {
            super(whole);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> whole) {
            return new Reader(whole);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            long start = parser.currentTokenLocation().getCharOffset();
            if (!(context.getAttribute(Reading.class) instanceof Reading reading)
                    || start < 0
                    || !parser.isExpectedStartObjectToken()) {
                return super.deserialize(parser, context);
            }
            parser.skipChildren();
            long end = parser.currentLocation().getCharOffset();
            String text = reading.payload().substring((int) start, (int) end);
            Closure known = reading.known().find(text);
            return known == null ? read(text, parser, context, reading.known()) : known;
        }

        private Closure read(String text, JsonParser parser, DeserializationContext context, KnownClosures known)
                throws IOException {
            try (JsonParser again = parser.getCodec().getFactory().createParser(text)) {
                again.nextToken();
                Closure closure = (Closure) super.deserialize(again, context);
                known.keep(text, closure);
                return closure;
            }
        }
    }

    /** Puts the reader in the place of the ordinary one. */
    static final class Modifier extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> ordinary) {
            return bean.getBeanClass() == Closure.class ? new Reader(ordinary) : ordinary;
        }
    }
}
