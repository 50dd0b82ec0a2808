package org.cloister.repo.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The style sheet's colours have the contrast of WCAG 2.2 AA (1.4.3 for text, 1.4.11 for what isn't), light and dark. */
class PaletteTest {
    /** Of no contrast to anything that fits into a palette: both sides missing fail too. */
    private static final String MISSING = "#777777";

    private static final double TEXT = 4.5;
    private static final double SHAPES = 3;
    private static final Pattern VARIABLE = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});");

    /** Which colour stands on which. */
    private static final List<List<String>> TEXTS = List.of(
            List.of("text", "ground"),
            List.of("text", "panel"),
            List.of("text", "muted-ground"),
            List.of("quiet", "ground"),
            List.of("quiet", "panel"),
            List.of("link", "ground"),
            List.of("link", "panel"),
            List.of("on-accent", "accent"),
            List.of("good", "good-ground"),
            List.of("warn", "warn-ground"),
            List.of("bad", "bad-ground"),
            List.of("bad", "panel"),
            List.of("bad", "ground"),
            List.of("info", "info-ground"),
            List.of("muted", "muted-ground"));

    private static final List<List<String>> OTHERS = List.of(
            List.of("focus", "ground"),
            List.of("focus", "panel"),
            List.of("accent", "panel"),
            List.of("quiet", "panel"),
            List.of("good", "ground"));

    @Test
    void textAndShapesCanBeToldFromTheirGround() throws IOException {
        String css = css();
        int dark = css.indexOf("prefers-color-scheme: dark");
        assertThat(dark).isPositive();
        Map<String, String> light = palette(css.substring(0, dark));
        Map<String, String> darkened = palette(css.substring(dark));
        assertThat(darkened.keySet()).isEqualTo(light.keySet());
        for (Map<String, String> palette : List.of(light, darkened)) {
            TEXTS.forEach(pair -> assertThat(contrast(palette, pair))
                    .as("%s of %s", pair, palette)
                    .isGreaterThanOrEqualTo(TEXT));
            OTHERS.forEach(pair -> assertThat(contrast(palette, pair))
                    .as("%s of %s", pair, palette)
                    .isGreaterThanOrEqualTo(SHAPES));
        }
    }

    @Test
    void coloursStandInThePaletteAlone() throws IOException {
        String rest = VARIABLE.matcher(css()).replaceAll("");
        assertThat(Pattern.compile("#[0-9a-fA-F]{3,8}\\b|rgb|hsl")
                        .matcher(rest)
                        .results()
                        .map(match -> match.group()))
                .isEmpty();
    }

    private static String css() throws IOException {
        try (InputStream in = PaletteTest.class.getResourceAsStream("console.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> palette(String css) {
        Map<String, String> palette = new HashMap<>();
        Matcher matcher = VARIABLE.matcher(css);
        while (matcher.find()) {
            palette.put(matcher.group(1), matcher.group(2));
        }
        return palette;
    }

    private static double contrast(Map<String, String> palette, List<String> pair) {
        double one = luminance(palette.getOrDefault(pair.get(0), MISSING));
        double other = luminance(palette.getOrDefault(pair.get(1), MISSING));
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    private static double luminance(String colour) {
        return 0.2126 * linear(colour, 1) + 0.7152 * linear(colour, 3) + 0.0722 * linear(colour, 5);
    }

    private static double linear(String colour, int at) {
        double value = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
