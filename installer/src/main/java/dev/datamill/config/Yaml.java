package dev.datamill.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A YAML document in which every node knows where it was written. Merging two trees therefore keeps, for each
 * leaf, the file and line it came from.
 */
public sealed interface Yaml {

    Place place();

    /** The plain value: String, Integer, Long, BigInteger, Double, Boolean, null, List or Map. */
    Object plain();

    /** What a user would call this kind of node. */
    String kind();

    record Scalar(Place place, Object value) implements Yaml {
        @Override
        public Object plain() {
            return value;
        }

        @Override
        public String kind() {
            if (value == null) return "nothing";
            if (value instanceof Boolean) return "true or false";
            if (value instanceof Number) return "a number";
            return "text";
        }

        public boolean isNull() {
            return value == null;
        }

        public String text() {
            return Objects.toString(value, "");
        }
    }

    record Sequence(Place place, List<Yaml> items) implements Yaml {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public Object plain() {
            List<Object> plain = new ArrayList<>();
            for (Yaml item : items) plain.add(item.plain());
            return plain;
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    record Entry(Place keyPlace, Yaml value) {
    }

    record Mapping(Place place, Map<String, Entry> entries) implements Yaml {
        public Mapping {
            entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        public static Mapping empty(Place place) {
            return new Mapping(place, Map.of());
        }

        public Optional<Yaml> get(String key) {
            return Optional.ofNullable(entries.get(key)).map(Entry::value);
        }

        public Optional<Mapping> mapping(String key) {
            return get(key).filter(Mapping.class::isInstance).map(Mapping.class::cast);
        }

        public Mapping with(String key, Yaml value) {
            Map<String, Entry> copy = new LinkedHashMap<>(entries);
            Entry before = copy.get(key);
            copy.put(key, new Entry(before == null ? value.place() : before.keyPlace(), value));
            return new Mapping(place, copy);
        }

        public Mapping without(String... keys) {
            Map<String, Entry> copy = new LinkedHashMap<>(entries);
            for (String key : keys) copy.remove(key);
            return new Mapping(place, copy);
        }

        @Override
        public Map<String, Object> plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            entries.forEach((key, entry) -> plain.put(key, entry.value().plain()));
            return plain;
        }

        @Override
        public String kind() {
            return "a map";
        }
    }
}
