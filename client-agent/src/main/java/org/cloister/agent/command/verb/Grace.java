package org.cloister.agent.command.verb;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long what isn't needed waits; an option of several commands. */
final class Grace {
    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = Converter.class,
            description = {
                "What came later stays, and what is condemned waits so long, such as 90m, 12h or 3d; 1d unless told.",
                "Shorter than an upload in parts takes (a builder's), and such an upload may have to begin again."
            })
    private @Nullable Duration wanted;

    long seconds() {
        return (wanted == null ? Duration.ofDays(1) : wanted).toSeconds();
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smhd])");
        private static final Duration LONGEST = Duration.ofDays(365);

        @Override
        public Duration convert(String text) {
            Matcher form = FORM.matcher(text);
            Duration time = form.matches() ? time(Long.parseLong(form.group(1)), form.group(2)) : null;
            if (time == null || time.compareTo(LONGEST) > 0) {
                throw new TypeConversionException(
                        "not a time: " + text + " (a number and s, m, h or d; at most a year)");
            }
            return time;
        }

        private static Duration time(long number, String unit) {
            return switch (unit) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
