package dev.datamill.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Deep merge: maps merge key by key, lists and scalars replace, null removes. */
public final class Merge {

    private Merge() {
    }

    public static Yaml.Mapping over(Yaml.Mapping base, Yaml.Mapping above) {
        return merge(base, above, false);
    }

    /** The same, but a null stays as a null: there are layers further down that it is to remove from. */
    public static Yaml.Mapping layer(Yaml.Mapping base, Yaml.Mapping above) {
        return merge(base, above, true);
    }

    private static Yaml.Mapping merge(Yaml.Mapping base, Yaml.Mapping above, boolean keepNulls) {
        Map<String, Yaml.Entry> merged = new LinkedHashMap<>(base.entries());
        above.entries().forEach((key, entry) -> {
            if (!keepNulls && entry.value() instanceof Yaml.Scalar scalar && scalar.isNull()) {
                merged.remove(key);
            } else if (entry.value() instanceof Yaml.Mapping upper) {
                Yaml below = merged.containsKey(key) ? merged.get(key).value() : null;
                // Merging with nothing still drops the nulls inside: they remove, they are not values.
                Yaml.Mapping lower = below instanceof Yaml.Mapping map ? map : Yaml.Mapping.empty(upper.place());
                merged.put(key, new Yaml.Entry(entry.keyPlace(), merge(lower, upper, keepNulls)));
            } else {
                merged.put(key, entry);
            }
        });
        return new Yaml.Mapping(base.entries().isEmpty() ? above.place() : base.place(), merged);
    }

    /** The same tree with every scalar passed through a function that may replace it. */
    public static Yaml mapScalars(Yaml tree, UnaryOperator<Yaml.Scalar> change) {
        if (tree instanceof Yaml.Scalar scalar) return change.apply(scalar);
        if (tree instanceof Yaml.Sequence list) {
            return new Yaml.Sequence(list.place(), list.items().stream().map(item -> mapScalars(item, change)).toList());
        }
        Yaml.Mapping map = (Yaml.Mapping) tree;
        Map<String, Yaml.Entry> changed = new LinkedHashMap<>();
        map.entries().forEach((key, entry) ->
                changed.put(key, new Yaml.Entry(entry.keyPlace(), mapScalars(entry.value(), change))));
        return new Yaml.Mapping(map.place(), changed);
    }

    public static Yaml.Mapping mapScalars(Yaml.Mapping tree, UnaryOperator<Yaml.Scalar> change) {
        return (Yaml.Mapping) mapScalars((Yaml) tree, change);
    }
}
