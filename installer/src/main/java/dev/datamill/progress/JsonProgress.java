package dev.datamill.progress;

import dev.datamill.config.Json;
import dev.datamill.event.Event;
import dev.datamill.event.Events;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object a line, for programs. */
public final class JsonProgress implements Events {

    private final PrintStream out;
    private final Clock clock;

    public JsonProgress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public synchronized void on(Event event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("type", event.subject().kind().name().toLowerCase() + "-" + type(event));
        if (!event.subject().component().isEmpty()) line.put("component", event.subject().component());
        if (!event.subject().step().isEmpty()) line.put("step", event.subject().step());
        if (event instanceof Event.Finished f) line.put("outcome", f.outcome().name());
        String message = message(event);
        if (!message.isEmpty()) line.put("message", message);
        if (event instanceof Event.Failed f && !f.advice().isEmpty()) line.put("advice", f.advice());
        if (event instanceof Event.Progress p && p.total() > 0) {
            line.put("done", p.done());
            line.put("total", p.total());
            line.put("unit", p.unit().name().toLowerCase());
        }
        out.println(Json.line(line));
        out.flush();
    }

    private static String type(Event event) {
        if (event instanceof Event.Started) return "started";
        if (event instanceof Event.Finished) return "finished";
        if (event instanceof Event.Failed) return "failed";
        if (event instanceof Event.Skipped) return "skipped";
        return event instanceof Event.Note ? "note" : "progress";
    }

    private static String message(Event event) {
        if (event instanceof Event.Failed f) return f.message();
        if (event instanceof Event.Skipped s) return s.reason();
        if (event instanceof Event.Note n) return n.message();
        if (event instanceof Event.Progress p) return p.message();
        return event instanceof Event.Finished f ? f.message() : "";
    }
}
