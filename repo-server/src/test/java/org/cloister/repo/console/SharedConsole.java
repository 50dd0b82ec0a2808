package org.cloister.repo.console;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Ends the shared browser and server after the last test, while everything that they need is still there. */
@NullMarked
final class SharedConsole implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Ending.class, key -> new Ending(), Ending.class);
    }

    private record Ending() implements AutoCloseable {
        @Override
        public void close() {
            Browser.end();
            ConsoleServer.end();
        }
    }
}
