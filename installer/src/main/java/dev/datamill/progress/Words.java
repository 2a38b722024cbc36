package dev.datamill.progress;

import dev.datamill.event.Event;

/** Events in words for a person. */
final class Words {

    private Words() {
    }

    static String of(Event event) {
        if (event instanceof Event.Finished f) return f.outcome().name().toLowerCase() + (f.message().isEmpty() ? "" : " " + f.message());
        if (event instanceof Event.Failed f) return "failed" + (f.message().isEmpty() ? "" : ": " + f.message()) + (f.advice().isEmpty() ? "" : "\n→ " + f.advice());
        if (event instanceof Event.Skipped s) return "skipped" + (s.reason().isEmpty() ? "" : ": " + s.reason());
        if (event instanceof Event.Note n) return n.message();
        if (event instanceof Event.Progress p) return amount(p);
        return "started";
    }

    static String amount(Event.Progress p) {
        if (p.total() <= 0) return p.message();
        String how = p.unit() == Event.Progress.Unit.BYTES ? bytes(p.done()) + " of " + bytes(p.total()) : p.done() + " of " + p.total();
        return (p.message().isEmpty() ? "" : p.message() + ", ") + how;
    }

    static String bytes(long bytes) {
        if (bytes < 1024) return bytes + " B";
        if (bytes < 1024 * 1024) return bytes / 1024 + " KiB";
        if (bytes < 1024L * 1024 * 1024) return "%.1f MiB".formatted(bytes / 1048576.0);
        return "%.2f GiB".formatted(bytes / 1073741824.0);
    }

    /** {@code minio/release/minio} is, beside its component's name, {@code release minio}. */
    static String step(Event.Subject subject) {
        String id = subject.step();
        String own = subject.component() + "/";
        return (id.startsWith(own) ? id.substring(own.length()) : id).replace('/', ' ');
    }
}
