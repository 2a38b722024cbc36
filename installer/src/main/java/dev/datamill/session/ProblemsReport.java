package dev.datamill.session;

import dev.datamill.config.Problem;

import java.util.List;

/** Everything wrong with the user's files, at once. */
public final class ProblemsReport {

    private ProblemsReport() {
    }

    public static void show(List<Problem> problems, Console console) {
        console.say(problems.size() == 1 ? "1 problem; nothing was touched:" : problems.size() + " problems; nothing was touched:");
        for (Problem problem : problems) {
            console.say("");
            console.say("  " + problem.place() + ": " + problem.message());
            if (!problem.fix().isEmpty()) console.say("      " + problem.fix());
        }
    }
}
