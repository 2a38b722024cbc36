package dev.datamill.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A map of a configuration file with a fixed set of keys: typed access, a problem for each value of a wrong type,
 * and one for each key that nobody knows.
 */
public final class Section {

    private final String name;
    private final Yaml.Mapping map;
    private final Set<String> known;
    private final Problems problems;

    public Section(String name, Yaml.Mapping map, Set<String> known, Problems problems) {
        this.name = name;
        this.map = map;
        this.known = known;
        this.problems = problems;
        for (Map.Entry<String, Yaml.Entry> entry : map.entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                problems.add(entry.getValue().keyPlace(), "unknown key '" + entry.getKey() + "' in " + name,
                        Problems.suggest(entry.getKey(), known));
            }
        }
    }

    public Place place() {
        return map.place();
    }

    public Place placeOf(String key) {
        return value(key).map(Yaml::place).orElse(map.place());
    }

    public boolean has(String key) {
        return value(key).isPresent();
    }

    /** The raw value; a null counts as not written. */
    public Optional<Yaml> value(String key) {
        if (!known.contains(key)) throw new IllegalArgumentException("key '" + key + "' is not declared for " + name);
        return map.get(key).filter(v -> !(v instanceof Yaml.Scalar scalar && scalar.isNull()));
    }

    public Optional<String> text(String key) {
        return value(key).flatMap(v -> text(key, v));
    }

    private Optional<String> text(String key, Yaml value) {
        if (value instanceof Yaml.Scalar scalar && !scalar.isNull()) return Optional.of(scalar.text());
        wrong(key, value, "text");
        return Optional.empty();
    }

    public Optional<Integer> number(String key, int least, int most) {
        return value(key).flatMap(v -> {
            if (v instanceof Yaml.Scalar scalar) {
                try {
                    int number = Integer.parseInt(scalar.text());
                    if (number >= least && number <= most) return Optional.of(number);
                } catch (NumberFormatException notANumber) {
                    // Reported below, like a number out of range.
                }
            }
            problems.add(v.place(), "'" + key + "' must be a whole number from " + least + " to " + most, "");
            return Optional.empty();
        });
    }

    public Optional<Boolean> flag(String key) {
        return value(key).flatMap(v -> {
            if (v instanceof Yaml.Scalar scalar) {
                switch (scalar.text().toLowerCase(java.util.Locale.ROOT)) {
                    case "true", "yes", "on" -> {
                        return Optional.of(true);
                    }
                    case "false", "no", "off" -> {
                        return Optional.of(false);
                    }
                    default -> {
                        // Reported below.
                    }
                }
            }
            wrong(key, v, "true or false");
            return Optional.empty();
        });
    }

    /** {@code 10m}, {@code 90s}, {@code 1h30m}; a bare number counts seconds. */
    public Optional<Duration> duration(String key) {
        return value(key).flatMap(v -> {
            Optional<Duration> parsed = v instanceof Yaml.Scalar scalar ? Durations.parse(scalar.text()) : Optional.empty();
            if (parsed.isEmpty()) problems.add(v.place(), "'" + key + "' must be a duration", "write 90s, 10m or 1h30m");
            return parsed;
        });
    }

    /** A list of texts; a single text counts as a list of one. */
    public List<Located<String>> texts(String key) {
        Optional<Yaml> value = value(key);
        if (value.isEmpty()) return List.of();
        List<Located<String>> texts = new ArrayList<>();
        if (value.get() instanceof Yaml.Sequence list) {
            for (Yaml item : list.items()) {
                text(key, item).ifPresent(text -> texts.add(new Located<>(text, item.place())));
            }
        } else {
            text(key, value.get()).ifPresent(text -> texts.add(new Located<>(text, value.get().place())));
        }
        return texts;
    }

    public Optional<Yaml.Mapping> mapping(String key) {
        return value(key).flatMap(v -> {
            if (v instanceof Yaml.Mapping mapping) return Optional.of(mapping);
            wrong(key, v, "a map");
            return Optional.empty();
        });
    }

    /** Every entry of a map whose keys are free to choose and whose values are maps. */
    public Map<String, Yaml.Mapping> mappings(String key) {
        Map<String, Yaml.Mapping> all = new LinkedHashMap<>();
        mapping(key).ifPresent(map -> map.entries().forEach((name, entry) -> {
            if (entry.value() instanceof Yaml.Mapping value) all.put(name, value);
            else wrong(key + "." + name, entry.value(), "a map");
        }));
        return all;
    }

    /** Every entry of a map whose keys are free to choose and whose values are texts. */
    public Map<String, Located<String>> textMap(String key) {
        Map<String, Located<String>> all = new LinkedHashMap<>();
        mapping(key).ifPresent(map -> map.entries().forEach((name, entry) ->
                text(key + "." + name, entry.value()).ifPresent(t -> all.put(name, new Located<>(t, entry.value().place())))));
        return all;
    }

    /** A list of maps; a single map counts as a list of one. */
    public List<Yaml.Mapping> list(String key) {
        Optional<Yaml> value = value(key);
        if (value.isEmpty()) return List.of();
        if (value.get() instanceof Yaml.Mapping single) return List.of(single);
        List<Yaml.Mapping> maps = new ArrayList<>();
        if (value.get() instanceof Yaml.Sequence list) {
            for (Yaml item : list.items()) {
                if (item instanceof Yaml.Mapping map) maps.add(map);
                else wrong(key, item, "a map");
            }
        } else {
            wrong(key, value.get(), "a list");
        }
        return maps;
    }

    public Optional<String> oneOf(String key, Set<String> choices) {
        return text(key).filter(text -> {
            if (choices.contains(text)) return true;
            problems.add(placeOf(key), "'" + key + "' cannot be '" + text + "'",
                    Problems.suggest(text, new TreeSet<>(choices)));
            return false;
        });
    }

    public void require(String key) {
        if (!has(key)) problems.add(map.place(), name + " needs the key '" + key + "'", "");
    }

    private void wrong(String key, Yaml value, String wanted) {
        problems.add(value.place(), "'" + key + "' must be " + wanted + ", not " + value.kind(), "");
    }
}
