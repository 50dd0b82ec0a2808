package org.cloister.agent.control;

/**
 * How far a step is.
 *
 * @param step {@code wait}, {@code fetch}, {@code configure}, {@code share}, {@code link}, {@code switch}, {@code verify}
 * @param detail what it is working at, for people
 * @param total 0 where it isn't known
 * @param unit {@code bytes}, {@code objects}, {@code packages} or empty
 */
public record Progress(String step, String detail, long done, long total, String unit) {}
