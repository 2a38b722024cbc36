package dev.datamill.component;

import dev.datamill.config.Merge;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one form in which recipes are merged and read: {@code charts} is a map by release. Files may write a list, a
 * single {@code chart}, or {@code release}, {@code config_file} and {@code values} at the top, which mean the first.
 */
public final class RecipeForm {

    private static final String[] FIRST_CHART = {"chart", "config_file", "values", "version", "release"};

    private RecipeForm() {
    }

    /** A recipe in the one form, with the section of a flavour merged over it. */
    public static Yaml.Mapping merge(String component, Yaml.Mapping recipe, Yaml.Mapping section, Problems problems) {
        Yaml.Mapping base = normal(component, recipe, problems);
        Yaml.Mapping charts = base.mapping("charts").orElse(Yaml.Mapping.empty(base.place()));
        Yaml.Mapping above = modern(section).without("config");
        if (!charts.entries().isEmpty()) above = topToFirst(charts.entries().keySet().iterator().next(), above);
        if (above.get("charts").isPresent() && above.mapping("charts").isPresent()) {
            above.mapping("charts").get().entries().forEach((release, entry) -> {
                if (!charts.entries().containsKey(release)) {
                    problems.add(entry.keyPlace(), component + " has no release '" + release + "'",
                            Problems.suggest(release, charts.entries().keySet()));
                }
            });
        }
        return withLayeredValues(base, above, Merge.over(base, above));
    }

    /** A null among the values has the values file and the chart's own values to remove from; it must stay until then. */
    private static Yaml.Mapping withLayeredValues(Yaml.Mapping base, Yaml.Mapping above, Yaml.Mapping merged) {
        Yaml.Mapping charts = merged.mapping("charts").orElse(Yaml.Mapping.empty(merged.place()));
        for (String release : charts.entries().keySet()) {
            Yaml.Mapping values = Merge.layer(valuesOf(base, release), valuesOf(above, release));
            Yaml.Mapping chart = charts.mapping(release).orElse(Yaml.Mapping.empty(charts.place()));
            if (!values.entries().isEmpty()) charts = charts.with(release, chart.with("values", values));
        }
        return charts.entries().isEmpty() ? merged : merged.with("charts", charts);
    }

    private static Yaml.Mapping valuesOf(Yaml.Mapping recipe, String release) {
        return recipe.mapping("charts").flatMap(charts -> charts.mapping(release)).flatMap(chart -> chart.mapping("values"))
                .orElse(Yaml.Mapping.empty(recipe.place()));
    }

    private static Yaml.Mapping normal(String component, Yaml.Mapping written, Problems problems) {
        Yaml.Mapping recipe = modern(written);
        Map<String, Yaml.Entry> charts = new LinkedHashMap<>();
        recipe.get("charts").ifPresent(value -> {
            if (value instanceof Yaml.Sequence list) {
                list.items().forEach(item -> addChart(component, item, charts, problems));
            } else {
                problems.add(value.place(), "'charts' in a recipe must be a list, not " + value.kind(), "");
            }
        });
        Yaml.Mapping rest = recipe.without("charts");
        if (charts.isEmpty() && recipe.get("chart").isPresent()) {
            String release = recipe.get("release").map(r -> String.valueOf(r.plain())).orElse(component);
            charts.put(release, new Yaml.Entry(recipe.place(), Yaml.Mapping.empty(recipe.place())));
        }
        if (charts.isEmpty()) return rest;
        Yaml.Mapping formed = rest.with("charts", new Yaml.Mapping(recipe.place(), charts));
        Yaml.Mapping top = topToFirst(charts.keySet().iterator().next(), rest);
        return Merge.layer(formed.without(FIRST_CHART), top);
    }

    private static void addChart(String component, Yaml item, Map<String, Yaml.Entry> charts, Problems problems) {
        if (!(item instanceof Yaml.Mapping chart)) {
            problems.add(item.place(), "a chart must be a map, not " + item.kind(), "write release, chart and values");
            return;
        }
        String release = chart.get("release").map(r -> String.valueOf(r.plain())).orElse(component);
        if (charts.put(release, new Yaml.Entry(chart.place(), chart)) != null) {
            problems.add(chart.place(), "the release '" + release + "' stands here twice", "give each chart a release of its own");
        }
    }

    /** Moves what means the first chart from the top of a map to that chart's entry. */
    private static Yaml.Mapping topToFirst(String first, Yaml.Mapping map) {
        Yaml.Mapping chart = Yaml.Mapping.empty(map.place());
        for (String key : FIRST_CHART) {
            Yaml.Entry entry = map.entries().get(key);
            if (entry == null) continue;
            Map<String, Yaml.Entry> more = new LinkedHashMap<>(chart.entries());
            more.put(key, entry);
            chart = new Yaml.Mapping(map.place(), more);
        }
        Yaml.Mapping rest = map.without(FIRST_CHART);
        if (chart.entries().isEmpty()) return rest;
        Yaml.Mapping charts = rest.mapping("charts").orElse(Yaml.Mapping.empty(map.place()));
        Yaml.Mapping named = charts.mapping(first).orElse(Yaml.Mapping.empty(map.place()));
        return rest.with("charts", charts.with(first, Merge.layer(chart, named)));
    }

    /** Keys of the original project under the names they have today. */
    private static Yaml.Mapping modern(Yaml.Mapping map) {
        Yaml.Mapping modern = map;
        if (map.get("setup_timeout").isPresent() && map.get("timeout").isEmpty()) {
            modern = rename(modern, "setup_timeout", "timeout");
        }
        if (map.get("deployment_file").isPresent() && map.get("manifests").isEmpty()) {
            modern = rename(modern, "deployment_file", "manifests");
        }
        return modern;
    }

    private static Yaml.Mapping rename(Yaml.Mapping map, String from, String to) {
        Map<String, Yaml.Entry> renamed = new LinkedHashMap<>();
        map.entries().forEach((key, entry) -> renamed.put(key.equals(from) ? to : key, entry));
        return new Yaml.Mapping(map.place(), renamed);
    }
}
