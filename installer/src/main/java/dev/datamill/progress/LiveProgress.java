package dev.datamill.progress;

import dev.datamill.event.Event;
import dev.datamill.event.Events;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Draws the board again and again over itself. */
public final class LiveProgress implements Events, AutoCloseable {

    private final PrintStream out;
    private final Clock clock;
    private final int width;
    private final boolean color;
    private final Board board = new Board();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private int drawn;

    public LiveProgress(PrintStream out, Clock clock, int width, boolean color) {
        this.out = out;
        this.clock = clock;
        this.width = width;
        this.color = color;
        ticker.scheduleAtFixedRate(this::draw, 120, 120, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void on(Event event) {
        board.on(event, clock.instant());
    }

    private synchronized void draw() {
        List<String> notes = board.takeNotes();
        List<String> lines = board.lines(clock.instant(), width - 1, color);
        StringBuilder text = new StringBuilder();
        if (drawn > 0) text.append("\033[").append(drawn).append('A');
        text.append("\r\033[J");
        notes.forEach(note -> text.append(note).append('\n'));
        lines.forEach(line -> text.append(line).append('\n'));
        drawn = lines.size();
        out.print(text);
        out.flush();
    }

    /** Leaves the last state standing. */
    @Override
    public void close() {
        ticker.shutdownNow();
        draw();
    }
}
