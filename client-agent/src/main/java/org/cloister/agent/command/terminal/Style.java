package org.cloister.agent.command.terminal;

/** Emphasis by ECMA-48 escape sequences, or none. */
public record Style(boolean coloured) {
    private static final String RESET = "\u001b[0m";

    public String bold(String text) {
        return wrap("\u001b[1m", text);
    }

    public String dim(String text) {
        return wrap("\u001b[2m", text);
    }

    public String red(String text) {
        return wrap("\u001b[31m", text);
    }

    public String green(String text) {
        return wrap("\u001b[32m", text);
    }

    public String yellow(String text) {
        return wrap("\u001b[33m", text);
    }

    private String wrap(String code, String text) {
        return coloured ? code + text + RESET : text;
    }
}
