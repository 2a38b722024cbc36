package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the original's form, {@code datamill -l -i -f x}, into a verb: {@code datamill install -l -f x}. */
final class ClassicForm {

    private static final Map<String, String> ACTIONS = new LinkedHashMap<>();
    private static final Map<Character, String> LETTERS = new LinkedHashMap<>();

    static {
        action('s', "start");
        action('i', "install");
        action('u', "uninstall");
        action('d', "debug");
        action('a', "halt");
        action('x', "destroy");
        action('p', "proxy");
    }

    private static void action(char letter, String verb) {
        LETTERS.put(letter, verb);
        ACTIONS.put("--" + verb, verb);
    }

    /** Options whose next word is a value, however that word looks. */
    private static final Set<String> WITH_VALUE = Set.of("-f", "--flavour", "-t", "--target", "-c", "--component", "--namespace",
            "--kubeconfig", "--context", "-o", "--output", "--progress", "--timeout", "--junit");
    private static final String LETTERS_WITH_VALUE = "ftco";

    private ClassicForm() {
    }

    static String[] toVerb(String[] args, Set<String> verbs) throws Stop {
        if (args.length == 0 || !args[0].startsWith("-")) return args;
        Map<String, String> found = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String word = args[i];
            if (word.equals("--")) {
                rest.addAll(List.of(args).subList(i, args.length));
                break;
            }
            if (!word.startsWith("-") && found.isEmpty() && verbs.contains(word)) return withVerbFirst(args, i);
            if (ACTIONS.containsKey(word)) {
                found.put(ACTIONS.get(word), word);
            } else if (word.matches("-[A-Za-z]+")) {
                String kept = letters(word, found);
                if (kept.length() > 1) rest.add(kept);
                if (takesNext(kept) && i + 1 < args.length) rest.add(args[++i]);
            } else {
                rest.add(word);
                if (WITH_VALUE.contains(word) && i + 1 < args.length) rest.add(args[++i]);
            }
        }
        if (found.isEmpty()) return args;
        if (found.size() > 1) {
            throw new Stop(ExitStatus.USAGE, String.join(" and ", found.keySet().stream().map(verb -> "--" + verb).toList())
                    + " exclude each other", "give one action at a time");
        }
        String verb = found.keySet().iterator().next();
        if (!verbs.contains(verb)) return args;
        rest.add(0, verb);
        return rest.toArray(String[]::new);
    }

    /** {@code datamill -l plan -f x} means {@code datamill plan -l -f x}. */
    private static String[] withVerbFirst(String[] args, int at) {
        List<String> words = new ArrayList<>(List.of(args));
        words.add(0, words.remove(at));
        return words.toArray(String[]::new);
    }

    /** The bundle without its actions: {@code -li} leaves {@code -l}. What follows a letter with a value is that value. */
    private static String letters(String bundle, Map<String, String> found) {
        StringBuilder kept = new StringBuilder("-");
        for (int i = 1; i < bundle.length(); i++) {
            char letter = bundle.charAt(i);
            if (LETTERS_WITH_VALUE.indexOf(letter) >= 0) return kept.append(bundle.substring(i)).toString();
            if (LETTERS.containsKey(letter)) found.put(LETTERS.get(letter), "-" + letter);
            else kept.append(letter);
        }
        return kept.toString();
    }

    private static boolean takesNext(String kept) {
        return kept.length() > 1 && LETTERS_WITH_VALUE.indexOf(kept.charAt(kept.length() - 1)) >= 0;
    }
}
