package dev.datamill.component;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One folder of components/: what it is, whatever its recipes make of it. */
public record Component(
        String name,
        Path folder,
        String summary,
        String category,
        Set<String> provides,
        List<String> aliases,
        Optional<Upstream> upstream,
        Optional<String> docs,
        boolean onlyWhenChosen) {

    /** Whether the project behind it is living, frozen or dead, and when that was looked up. */
    public record Upstream(String state, String since) {
    }
}
