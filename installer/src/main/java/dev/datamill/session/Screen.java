package dev.datamill.session;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Redaction;
import dev.datamill.progress.JsonProgress;
import dev.datamill.progress.LiveProgress;
import dev.datamill.progress.PlainProgress;
import dev.datamill.progress.RunLog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** What is seen of a run while it goes on: on the screen in the form that fits, and in a log file, both without secrets. */
final class Screen implements Events, AutoCloseable {

    private final Events shown;
    private final RunLog log;
    private final Events sink;

    private Screen(Events shown, RunLog log, Redaction redaction) {
        this.shown = shown;
        this.log = log;
        this.sink = redaction.before(Events.toAll(shown, log));
    }

    static Screen open(Surroundings around, Flags flags, String verb, Redaction redaction) throws Stop {
        Console console = around.console();
        Clock clock = Clock.systemUTC();
        String form = flags.progress().equals("auto") ? console.terminal() && !"dumb".equals(around.env().get("TERM")) ? "live" : "plain" : flags.progress();
        Events shown = switch (form) {
            case "json" -> new JsonProgress(console.err(), clock);
            case "live" -> new LiveProgress(console.err(), clock, console.width(), console.color());
            default -> new PlainProgress(console.err(), clock);
        };
        try {
            return new Screen(shown, RunLog.open(around.home().resolve("logs"), verb, clock), redaction);
        } catch (IOException disk) {
            throw new Stop(ExitStatus.NOT_READY, "the log cannot be written under " + around.home() + ": " + disk.getMessage(), "set DATAMILL_HOME to a folder of yours");
        }
    }

    Path log() {
        return log.file();
    }

    @Override
    public void on(Event event) {
        sink.on(event);
    }

    @Override
    public void close() {
        if (shown instanceof LiveProgress live) live.close();
        log.close();
    }
}
