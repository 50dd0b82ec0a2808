package org.cloister.repo.console.model;

/**
 * Something to tell once, on top of a page.
 *
 * @param remedy what to do; empty where nothing needs to be done
 */
public record Notice(boolean good, String text, String remedy) {
    public static Notice good(String text) {
        return new Notice(true, text, "");
    }
}
