package org.cloister.repo.console;

import org.cloister.repo.console.model.Section;
import org.jspecify.annotations.Nullable;

/** What a request to the console gets. */
sealed interface Answer {
    /**
     * A whole page.
     *
     * @param template that makes it of a frame and a model, which it calls {@code parameter}
     */
    record Page(String title, @Nullable Section section, String template, String parameter, Object model)
            implements Answer {}

    /** A part of a page, for the script. */
    record Part(String template, String parameter, Object model) implements Answer {}

    /** Another page, which a browser asks for with GET. */
    record Elsewhere(String href) implements Answer {}

    /** A file to keep. */
    record File(String name, String type, byte[] content) implements Answer {}
}
