package org.cloister.events;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Width and height of a screen in pixels, 64 to 16384 each, written as {@code 1280x800}. */
public record ScreenSize(int width, int height) {
    /** What a screen has unless somebody says otherwise: it fits on every display of today with room beside it. */
    public static final ScreenSize USUAL = new ScreenSize(1024, 768);

    private static final int MIN = 64;
    private static final int MAX = 16_384;
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{1,4})x([1-9][0-9]{1,4})");

    public ScreenSize {
        if (width < MIN || width > MAX || height < MIN || height > MAX) {
            throw new IllegalArgumentException("not the size of a screen: " + width + "x" + height + " (" + MIN + " to "
                    + MAX + " pixels each way)");
        }
    }

    /** @throws IllegalArgumentException with a sentence for the user */
    public static ScreenSize parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "not the size of a screen: " + text + " (width and height, like 1280x800)");
        }
        return new ScreenSize(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
