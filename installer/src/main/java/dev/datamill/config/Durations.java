package dev.datamill.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 10m}, {@code 1h30m}; a bare number counts seconds. */
public final class Durations {

    private static final Pattern FORM = Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,7})s?)?");

    private Durations() {
    }

    public static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (text.isBlank() || !matcher.matches()) return Optional.empty();
        return Optional.of(Duration.ofHours(part(matcher, 1)).plusMinutes(part(matcher, 2)).plusSeconds(part(matcher, 3)));
    }

    private static long part(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }

    /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}. */
    public static String show(Duration time) {
        long millis = time.toMillis();
        if (millis < 10_000) return "%d.%d s".formatted(millis / 1000, millis % 1000 / 100);
        if (millis < 60_000) return millis / 1000 + " s";
        return "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
