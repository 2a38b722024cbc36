package dev.datamill.event;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Knows every secret that this run made or read, and takes them out of whatever is about to be shown or written.
 * By value, since a secret does not say where it will turn up: in a program's log line, in a server's error.
 */
public final class Redaction {

    /** Shorter texts are no secrets of ours, and would tear holes into ordinary words. */
    private static final int SHORTEST = 8;

    /** The longest first, so that no secret is cut apart by another that is a part of it. */
    private final Set<String> secrets = new ConcurrentSkipListSet<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    public void learn(String secret) {
        if (secret.length() >= SHORTEST) secrets.add(secret);
    }

    public String clean(String text) {
        String clean = text;
        for (String secret : secrets) clean = clean.replace(secret, "•••");
        return clean;
    }

    /** The same events, without a secret in any of their words. */
    public Events before(Events sink) {
        return event -> sink.on(clean(event));
    }

    private Event clean(Event event) {
        if (secrets.isEmpty()) return event;
        if (event instanceof Event.Progress p) return new Event.Progress(p.subject(), clean(p.message()), p.done(), p.total(), p.unit());
        if (event instanceof Event.Finished f) return new Event.Finished(f.subject(), f.outcome(), clean(f.message()));
        if (event instanceof Event.Failed f) return new Event.Failed(f.subject(), clean(f.message()), clean(f.advice()));
        if (event instanceof Event.Skipped s) return new Event.Skipped(s.subject(), clean(s.reason()));
        if (event instanceof Event.Note n) return new Event.Note(n.subject(), clean(n.message()));
        return event;
    }
}
