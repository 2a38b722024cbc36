package dev.datamill.progress;

import dev.datamill.config.Durations;
import dev.datamill.event.Event;
import dev.datamill.event.Outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a live screen shows: one line per component. Pure: events in, lines out. */
final class Board {

    private static final String[] SPIN = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private String run = "";

    private static final class Row {
        private final Instant started;
        private Instant ended;
        private Outcome outcome;
        private String message = "";
        private String advice = "";
        private int parts;
        private int done;
        private final Map<String, String> steps = new LinkedHashMap<>();

        private Row(Instant started) {
            this.started = started;
        }
    }

    void on(Event event, Instant now) {
        Event.Subject subject = event.subject();
        if (event instanceof Event.Note note) {
            notes.add((subject.component().isEmpty() ? "" : subject.component() + ": ") + note.message());
            return;
        }
        if (subject.kind() == Event.Subject.Kind.RUN || subject.component().isEmpty()) {
            if (event instanceof Event.Progress p) run = Words.amount(p);
            else if (event instanceof Event.Failed && subject.kind() == Event.Subject.Kind.STEP) notes.add(Words.of(event));
            else run = "";
            return;
        }
        run = "";
        Row row = rows.computeIfAbsent(subject.component(), name -> new Row(now));
        if (subject.kind() == Event.Subject.Kind.COMPONENT) component(row, event, now);
        else step(row, event, Words.step(subject));
    }

    private static void component(Row row, Event event, Instant now) {
        if (event instanceof Event.Started s) {
            row.parts = s.expected();
            return;
        }
        if (event instanceof Event.Progress p) {
            row.message = Words.amount(p);
            return;
        }
        row.ended = now;
        if (event instanceof Event.Finished f) row.outcome = f.outcome();
        if (event instanceof Event.Failed f) {
            row.outcome = Outcome.FAILED;
            row.message = f.message();
            row.advice = f.advice();
        }
        if (event instanceof Event.Skipped s) {
            row.outcome = Outcome.SKIPPED;
            row.message = s.reason();
        }
    }

    private static void step(Row row, Event event, String step) {
        if (event instanceof Event.Started) {
            row.steps.put(step, "");
        } else if (event instanceof Event.Progress p) {
            row.steps.put(step, Words.amount(p));
        } else {
            row.steps.remove(step);
            row.done++;
        }
    }

    /** Notes since the last call; they scroll away above the board. */
    List<String> takeNotes() {
        List<String> taken = List.copyOf(notes);
        notes.clear();
        return taken;
    }

    List<String> lines(Instant now, int width, boolean color) {
        int names = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        if (!run.isEmpty()) lines.add(cut(spin(now) + " " + run, width));
        rows.forEach((name, row) -> {
            Duration time = Duration.between(row.started, row.ended == null ? now : row.ended);
            String line = "%s %s  %9s  %s".formatted(mark(row, now), name + " ".repeat(names - name.length()), Durations.show(time), state(row));
            lines.add(paint(cut(line, width), row, color));
            if (row.outcome == Outcome.FAILED && !row.advice.isEmpty()) lines.add(cut("    → " + row.advice.lines().findFirst().orElse(""), width));
        });
        return lines;
    }

    private static String state(Row row) {
        if (row.outcome == Outcome.FAILED || row.outcome == Outcome.SKIPPED) {
            return row.outcome.name().toLowerCase() + (row.message.isEmpty() ? "" : ": " + row.message.lines().findFirst().orElse(""));
        }
        if (row.outcome != null) return row.outcome.name().toLowerCase();
        // The step that has something to say tells more than the one that only runs.
        String now = row.steps.entrySet().stream().filter(e -> !e.getValue().isEmpty()).reduce((a, b) -> b)
                .map(e -> e.getKey().equals("ready") ? e.getValue() : e.getKey() + ": " + e.getValue())
                .orElse(row.steps.keySet().stream().reduce((a, b) -> b).orElse(row.message));
        return (row.parts > 0 ? "[" + row.done + "/" + row.parts + "] " : "") + now;
    }

    private static String mark(Row row, Instant now) {
        if (row.outcome == null) return spin(now);
        return switch (row.outcome) {
            case FAILED -> "✗";
            case SKIPPED -> "-";
            case UNCHANGED -> "=";
            default -> "✓";
        };
    }

    private static String spin(Instant now) {
        return SPIN[(int) (now.toEpochMilli() / 120 % SPIN.length)];
    }

    private static String paint(String line, Row row, boolean color) {
        if (!color || row.outcome == null) return line;
        String code = switch (row.outcome) {
            case FAILED -> "31";
            case SKIPPED -> "33";
            default -> "32";
        };
        return "\033[" + code + "m" + line.charAt(0) + "\033[0m" + line.substring(1);
    }

    private static String cut(String line, int width) {
        String one = line.replace('\n', ' ');
        return one.length() <= width ? one : one.substring(0, Math.max(0, width - 1)) + "…";
    }
}
