package dev.datamill.run;

import dev.datamill.event.Event;
import dev.datamill.event.Events;

/** Where a step tells how it goes. */
public record Progress(Event.Subject subject, Events events) {

    public void says(String message) {
        events.on(Event.Progress.of(subject, message));
    }

    public void bytes(String message, long done, long total) {
        events.on(new Event.Progress(subject, message, done, total, Event.Progress.Unit.BYTES));
    }

    public void note(String message) {
        events.on(new Event.Note(subject, message));
    }
}
