package dev.datamill.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The door to other programs. */
public interface Processes {

    /** Runs to the end; both outputs are kept, and each line is passed on as it comes. Interruption ends the program. */
    Result run(Command command, Consumer<String> line) throws IOException, InterruptedException;

    default Result run(Command command) throws IOException, InterruptedException {
        return run(command, line -> {
        });
    }

    /** Runs with the user's own terminal; returns the exit status. */
    int attached(Command command) throws IOException, InterruptedException;

    /** Starts a program that goes on when this one ends, with its output in a file; returns its process id. */
    long detached(Command command, Path output) throws IOException;

    /** Where a program is on the PATH. */
    Optional<Path> find(String program);

    /** @param status the exit status, or -1 when the time was up and the program was ended */
    record Result(int status, String out, String err) {
        public boolean ok() {
            return status == 0;
        }

        /** The last words of a program that failed, for a message. */
        public String lastWords() {
            String text = err.isBlank() ? out : err;
            return text.strip().lines().reduce((before, last) -> last).orElse("it said nothing");
        }
    }
}
