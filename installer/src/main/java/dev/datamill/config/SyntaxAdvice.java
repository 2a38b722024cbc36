package dev.datamill.config;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says in plain words what a YAML parser means by its messages, and what to do. */
record SyntaxAdvice(String message, String fix) {

    static SyntaxAdvice of(MarkedYAMLException e, String text) {
        String problem = String.valueOf(e.getProblem());
        String context = String.valueOf(e.getContext());
        if (problem.contains("TAB") || lineAt(text, e.getProblemMark()).startsWith("\t")) {
            return new SyntaxAdvice("a tab is used for indentation", "use spaces");
        }
        if (problem.contains("expected <block end>")) {
            return new SyntaxAdvice("this line is not indented like its neighbours",
                    "line it up with the keys of the same level, and quote values that begin with a special character");
        }
        if (problem.contains("mapping values are not allowed here")) {
            return new SyntaxAdvice("a ':' is not expected here",
                    "quote a value that contains ': ', or check the indentation");
        }
        if (problem.contains("could not find expected ':'")) {
            return new SyntaxAdvice("a ':' is missing on this line or the one before", "write 'key: value'");
        }
        if (problem.contains("undefined alias")) {
            return new SyntaxAdvice(problem.replace("found undefined alias", "there is no anchor for the alias"),
                    "define it before with '&', or quote a value that begins with '*'");
        }
        if (context.contains("scanning a quoted scalar") || context.contains("quoted scalar")) {
            return new SyntaxAdvice("a quoted text is not closed", "add the closing quote");
        }
        return new SyntaxAdvice(plainWords(problem), "");
    }

    static String plainWords(String message) {
        if (message.contains("Nesting Depth exceeded")) return "the file is nested too deeply";
        if (message.contains("Number of aliases")) return "aliases expand this file without end";
        if (message.contains("special characters are not allowed")) return "the file holds characters that are no text";
        if (message.contains("Global tag is not allowed")) return "a tag that builds objects is not allowed";
        if (message.contains("Recursive key")) return "a key contains itself";
        return "this is not YAML: " + message.lines().findFirst().orElse("");
    }

    void report(Problems problems, Place place) {
        problems.add(place, message, fix);
    }

    private static String lineAt(String text, Mark mark) {
        if (mark == null) return "";
        return text.lines().skip(mark.getLine()).findFirst().orElse("");
    }
}
