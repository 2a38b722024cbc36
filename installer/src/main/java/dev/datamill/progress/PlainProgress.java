package dev.datamill.progress;

import dev.datamill.config.Durations;
import dev.datamill.event.Event;
import dev.datamill.event.Events;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A line for each thing worth a line, for logs of a build server and for pipes. */
public final class PlainProgress implements Events {

    /** What somebody waits for changes often; a log needs it only now and then. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final PrintStream out;
    private final Clock clock;
    private final Map<String, Instant> started = new HashMap<>();
    private final Map<String, Instant> said = new HashMap<>();

    public PlainProgress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public synchronized void on(Event event) {
        Event.Subject subject = event.subject();
        String name = subject.component();
        Instant now = clock.instant();
        if (event instanceof Event.Started && subject.kind() == Event.Subject.Kind.COMPONENT) {
            started.put(name, now);
            say(name, "started");
        } else if (event instanceof Event.Note || event instanceof Event.Failed && subject.kind() == Event.Subject.Kind.STEP && name.isEmpty()) {
            say(name, Words.of(event));
        } else if (event instanceof Event.Progress) {
            String key = name + "/" + subject.step();
            if (said.getOrDefault(key, started.getOrDefault(name, Instant.MIN)).isAfter(now.minus(QUIET))) return;
            said.put(key, now);
            say(name, (subject.kind() == Event.Subject.Kind.STEP ? Words.step(subject) + ": " : "") + Words.of(event));
        } else if (subject.kind() == Event.Subject.Kind.COMPONENT) {
            String time = started.containsKey(name) && !(event instanceof Event.Skipped)
                    ? " (" + Durations.show(Duration.between(started.get(name), now)) + ")" : "";
            String words = Words.of(event);
            int end = words.indexOf(event instanceof Event.Failed ? ":" : "\n");
            say(name, end < 0 ? words + time : words.substring(0, end) + time + words.substring(end));
        }
    }

    private void say(String name, String text) {
        String prefix = name.isEmpty() ? "" : name + ": ";
        out.println(prefix + text.replace("\n", "\n" + " ".repeat(prefix.length())));
        out.flush();
    }
}
