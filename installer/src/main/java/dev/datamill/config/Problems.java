package dev.datamill.config;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Collects every problem of a run, so that the user sees all of them at once. */
public final class Problems {

    private static final int MOST = 500;

    private final TreeSet<Problem> found = new TreeSet<>();

    public void add(Place place, String message, String fix) {
        // Nobody mends five hundred problems before looking again; a hostile file must not fill the memory with them.
        if (found.size() < MOST) found.add(new Problem(place, message, fix));
    }

    public void add(Place place, String message) {
        add(place, message, "");
    }

    public void addAll(Problems others) {
        found.addAll(others.found);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int count() {
        return found.size();
    }

    /** In the order of the files and lines. */
    public List<Problem> all() {
        return List.copyOf(found);
    }

    /** A fix that offers the nearest spelling, or lists what there is. */
    public static String suggest(String wrong, Collection<String> known) {
        return Spelling.nearest(wrong, known)
                .map(right -> "did you mean '" + right + "'?")
                .orElseGet(() -> known.isEmpty() ? "there is none to choose from"
                        : "known: " + String.join(", ", new TreeSet<>(known)));
    }
}
