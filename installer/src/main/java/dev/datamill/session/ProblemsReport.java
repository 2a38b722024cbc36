package dev.datamill.session;

import dev.datamill.config.Problem;

import java.util.List;

/** Everything wrong with the user's files, at once. */
public final class ProblemsReport {

    private ProblemsReport() {
    }

    public static void show(List<Problem> problems, Console console) {
        console.say(text(problems));
    }

    static String text(List<Problem> problems) {
        StringBuilder text = new StringBuilder(problems.size() == 1 ? "1 problem; nothing was touched:" : problems.size() + " problems; nothing was touched:");
        for (Problem problem : problems) {
            text.append("\n\n  ").append(problem.place()).append(": ").append(problem.message());
            if (!problem.fix().isEmpty()) text.append("\n      ").append(problem.fix());
        }
        return text.toString();
    }
}
