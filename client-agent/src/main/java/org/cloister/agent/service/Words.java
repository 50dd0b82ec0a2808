package org.cloister.agent.service;

import java.util.ArrayList;
import java.util.List;

/** Splitting into words with quotes and C-style escapes, as systemd.syntax(7), "Quoting", has it. */
final class Words {
    /** Of one assignment. */
    static final int MAX_WORDS = 10_000;

    private static final int OCTAL_DIGITS = 3;

    private final String text;
    private final boolean lenient;
    private final boolean mayBeOpen;
    private int at;

    private Words(String text, boolean lenient, boolean mayBeOpen) {
        this.text = text;
        this.lenient = lenient;
        this.mayBeOpen = mayBeOpen;
    }

    /** @throws IllegalArgumentException if a quote is open at the end, an escape is none, or there are more than {@link #MAX_WORDS} */
    static List<String> split(String text) {
        return new Words(text, false, false).all();
    }

    /** Of a command line: what is no escape stands for itself, as in {@code sed s/\./x/}. @throws IllegalArgumentException as {@link #split} */
    static List<String> ofCommand(String text) {
        return new Words(text, true, false).all();
    }

    /** Of a variable's value in a command line, where a quote may be open too. @throws IllegalArgumentException if there are too many */
    static List<String> ofValue(String text) {
        return new Words(text, true, true).all();
    }

    private List<String> all() {
        List<String> words = new ArrayList<>();
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return words;
            }
            if (words.size() == MAX_WORDS) {
                throw new IllegalArgumentException("more than " + MAX_WORDS + " words");
            }
            words.add(word());
        }
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            at++;
            if (c == '\\') {
                int from = at;
                try {
                    escape(word);
                } catch (IllegalArgumentException e) {
                    if (!lenient) {
                        throw e;
                    }
                    word.append(c);
                    at = from;
                }
                continue;
            }
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (Character.isWhitespace(c)) {
                return word.toString();
            } else {
                word.append(c);
            }
        }
        if (quote != 0 && !mayBeOpen) {
            throw new IllegalArgumentException("a quote isn't closed");
        }
        return word.toString();
    }

    private void escape(StringBuilder word) {
        if (at == text.length()) {
            throw new IllegalArgumentException("a backslash at the end");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'a' -> word.append('\u0007');
            case 'b' -> word.append('\b');
            case 'f' -> word.append('\f');
            case 'n' -> word.append('\n');
            case 'r' -> word.append('\r');
            case 't' -> word.append('\t');
            case 'v' -> word.append('\u000b');
            case 's' -> word.append(' ');
            case '\\', '"', '\'' -> word.append(c);
            case 'x' -> word.appendCodePoint(number(2, 16));
            case 'u' -> word.appendCodePoint(number(4, 16));
            case 'U' -> word.appendCodePoint(number(8, 16));
            default -> {
                if (c < '0' || c > '7') {
                    throw new IllegalArgumentException("\\" + c + " is no escape");
                }
                at--;
                word.appendCodePoint(number(OCTAL_DIGITS, 8));
            }
        }
    }

    private int number(int digits, int radix) {
        if (at + digits > text.length()) {
            throw new IllegalArgumentException("an escape is cut off");
        }
        String number = text.substring(at, at + digits);
        at += digits;
        int value;
        try {
            value = Integer.parseInt(number, radix);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(number + " is no number of an escape", e);
        }
        if (value <= 0 || !Character.isValidCodePoint(value)) {
            throw new IllegalArgumentException(number + " is no character");
        }
        return value;
    }
}
