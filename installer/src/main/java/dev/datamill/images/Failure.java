package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.util.List;

/** Makes of a program that failed a message that says what to do. */
final class Failure {

    private Failure() {
    }

    static ImageException of(String what, Command command, Processes.Result result) {
        String said = result.err() + result.out();
        if (said.contains("No space left on device") || said.contains("ENOSPC") || said.contains("disk quota exceeded")) return full(what);
        if (said.contains("DO NOT MATCH THE HASHES") || said.contains("checksum mismatch") || said.contains("EINTEGRITY")) {
            return new ImageException("could not " + what + ": what was fetched has another checksum than the one written down",
                    "fetch again later or from another mirror; if it stays, the package was changed after it was published:\n" + tail(said));
        }
        if (result.status() == -1) {
            return new ImageException("could not " + what + ": it took too long", "try: " + command.pasteable());
        }
        return new ImageException("could not " + what + ": " + result.lastWords(), "it said:\n" + tail(said) + "\ntry: " + command.pasteable());
    }

    static ImageException of(String what, IOException e) {
        String said = String.valueOf(e.getMessage());
        if (said.contains("No space left") || said.contains("quota")) return full(what);
        return new ImageException("could not " + what + ": " + said, "see whether the folder can be written and the disk is well", e);
    }

    static ImageException full(String what) {
        return new ImageException("could not " + what + ": the disk is full", "free some space; what was finished is kept, and the next run goes on from there");
    }

    private static String tail(String said) {
        List<String> lines = said.strip().lines().filter(line -> !line.isBlank()).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()).stream()
                .map(line -> "    " + (line.length() > 300 ? line.substring(0, 300) + "…" : line)).toList());
    }
}
