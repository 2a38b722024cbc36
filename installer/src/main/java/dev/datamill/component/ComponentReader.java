package dev.datamill.component;

import dev.datamill.config.Located;
import dev.datamill.config.Problems;
import dev.datamill.config.Section;
import dev.datamill.config.Yaml;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads component.yaml. */
public final class ComponentReader {

    public static final Set<String> KEYS =
            Set.of("summary", "category", "provides", "aliases", "upstream", "docs", "only_when_chosen");
    public static final Set<String> UPSTREAM_KEYS = Set.of("state", "since", "note");
    public static final Set<String> UPSTREAM_STATES = Set.of("living", "frozen", "dead");

    private final Problems problems;

    public ComponentReader(Problems problems) {
        this.problems = problems;
    }

    public Component read(String name, Path folder, Yaml.Mapping file) {
        Section keys = new Section("component.yaml", file, KEYS, problems);
        keys.require("summary");
        return new Component(name, folder, keys.text("summary").orElse(""), keys.text("category").orElse("other"),
                texts(keys, "provides"), keys.texts("aliases").stream().map(Located::value).toList(),
                upstream(keys), keys.text("docs"), keys.flag("only_when_chosen").orElse(false));
    }

    /** {@code living}, or {@code {state: living, since: 2026-08-21}}. */
    private Optional<Component.Upstream> upstream(Section keys) {
        Optional<Yaml> value = keys.value("upstream");
        if (value.isPresent() && value.get() instanceof Yaml.Mapping map) {
            Section upstream = new Section("upstream", map, UPSTREAM_KEYS, problems);
            upstream.require("state");
            return upstream.oneOf("state", UPSTREAM_STATES)
                    .map(state -> new Component.Upstream(state, upstream.text("since").orElse("")));
        }
        return keys.text("upstream").flatMap(text -> {
            String[] words = text.split("[ ,]+", 2);
            if (UPSTREAM_STATES.contains(words[0])) {
                return Optional.of(new Component.Upstream(words[0], words.length > 1 ? words[1] : ""));
            }
            problems.add(keys.placeOf("upstream"), "upstream cannot be '" + text + "'", Problems.suggest(words[0], UPSTREAM_STATES));
            return Optional.empty();
        });
    }

    private static Set<String> texts(Section keys, String key) {
        Set<String> texts = new LinkedHashSet<>();
        keys.texts(key).forEach(text -> texts.add(text.value()));
        return Set.copyOf(texts);
    }
}
