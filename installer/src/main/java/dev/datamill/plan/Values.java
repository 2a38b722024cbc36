package dev.datamill.plan;

import dev.datamill.config.Located;
import dev.datamill.config.Merge;
import dev.datamill.config.Yaml;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values of one release as Helm gets them, and for each leaf where it was written. */
record Values(Yaml.Mapping tree) {

    /** With the nulls, by which Helm removes what the chart's own values say. */
    Map<String, Object> forHelm() {
        return tree.plain();
    }

    Map<String, Object> plain() {
        return Merge.over(Yaml.Mapping.empty(tree.place()), tree).plain();
    }

    /** By dotted path: the value as text, and its place. An empty map or list is a leaf too. */
    Map<String, Located<String>> origins() {
        Map<String, Located<String>> origins = new LinkedHashMap<>();
        tree.entries().forEach((key, entry) -> collect(step(key), entry.value(), origins));
        return origins;
    }

    private static void collect(String path, Yaml value, Map<String, Located<String>> origins) {
        if (value instanceof Yaml.Mapping map && !map.entries().isEmpty()) {
            map.entries().forEach((key, entry) -> collect(path + "." + step(key), entry.value(), origins));
        } else if (value instanceof Yaml.Sequence list && list.items().stream().anyMatch(item -> !(item instanceof Yaml.Scalar))) {
            for (int i = 0; i < list.items().size(); i++) collect(path + "[" + i + "]", list.items().get(i), origins);
        } else {
            origins.put(path, new Located<>(shown(value), value.place()));
        }
    }

    private static String step(String key) {
        return key.contains(".") ? "\"" + key + "\"" : key;
    }

    private static String shown(Yaml value) {
        if (value instanceof Yaml.Scalar scalar) {
            String text = scalar.isNull() ? "(removed)" : scalar.text();
            return text.contains("\n") ? text.lines().findFirst().orElse("") + " …" : text.isEmpty() ? "\"\"" : text;
        }
        return String.valueOf(value.plain());
    }
}
