package dev.datamill.plan;

import dev.datamill.component.Component;
import dev.datamill.config.Place;
import dev.datamill.config.Yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A component that takes part, with the recipe chosen for it, merged with the flavour's section but not yet with its
 * placeholders resolved.
 *
 * @param needs for each hard need the component that meets it
 */
record Choice(Component component, String recipeFile, Yaml.Mapping recipe, String reason, Place place,
              Map<String, String> needs, Set<String> after, Set<String> provides) {

    Choice {
        needs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(needs));
    }

    String name() {
        return component.name();
    }

    /** The release of the first chart; for a component without a chart its name. */
    String release() {
        return recipe.mapping("charts").flatMap(charts -> charts.entries().entrySet().stream().findFirst()
                        .map(first -> first.getValue().value() instanceof Yaml.Mapping chart
                                ? chart.get("release").map(r -> String.valueOf(r.plain())).orElse(first.getKey()) : first.getKey()))
                .or(() -> recipe.get("release").map(r -> String.valueOf(r.plain())))
                .orElse(component.name());
    }
}
