package dev.datamill.progress;

import dev.datamill.event.Event;
import dev.datamill.event.Events;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Everything that was said during a run, in a file that only its owner can read. Secrets are taken out before it. */
public final class RunLog implements Events, AutoCloseable {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path file;
    private final PrintWriter out;
    private final Clock clock;

    private RunLog(Path file, PrintWriter out, Clock clock) {
        this.file = file;
        this.out = out;
        this.clock = clock;
    }

    public static RunLog open(Path folder, String verb, Clock clock) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createTempFile(folder, STAMP.format(clock.instant()) + "-" + verb + "-", ".log",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new RunLog(file, new PrintWriter(Files.newBufferedWriter(file)), clock);
    }

    public Path file() {
        return file;
    }

    @Override
    public synchronized void on(Event event) {
        String what = event.subject().component() + (event.subject().step().isEmpty() ? "" : " " + event.subject().step());
        out.println(clock.instant() + " " + event.subject().kind().name().toLowerCase() + " " + what.strip() + " " + Words.of(event).replace("\n", "\n    "));
        out.flush();
    }

    @Override
    public void close() {
        out.close();
    }
}
