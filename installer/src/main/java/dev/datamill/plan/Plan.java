package dev.datamill.plan;

import dev.datamill.component.ChartSource;
import dev.datamill.component.Recipe;
import dev.datamill.config.Located;
import dev.datamill.target.Target;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is going to be done, decided before anything is touched.
 *
 * @param images the full reference of each own image of the project, after any mirror
 */
public record Plan(
        String flavour,
        String namespace,
        Optional<Target> target,
        List<Planned> components,
        List<Step> steps,
        List<String> notes,
        Map<String, String> images) {

    public Plan {
        components = List.copyOf(components);
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
        images = Map.copyOf(images);
    }

    /** What a recipe names as an image: an own one by its name, any other by its reference. */
    public String image(String written) {
        return images.getOrDefault(written, written);
    }

    /** The components in the order in which they may start. */
    public List<String> order() {
        return components.stream().map(Planned::name).toList();
    }

    public List<Step> stepsOf(String component) {
        return steps.stream().filter(step -> step.component().equals(component)).toList();
    }

    public Optional<Planned> component(String name) {
        return components.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /**
     * One component of the plan.
     *
     * @param reason why it is here: listed, or which component needs it
     * @param needs the components that must be ready before it starts
     */
    public record Planned(String name, String recipe, String reason, Set<String> needs, Set<String> after,
                          List<Release> releases, List<String> images, List<String> secrets, List<String> buckets,
                          Recipe content) {
    }

    /**
     * @param values the values that are set; null is among them only in {@code forHelm}
     * @param forHelm what Helm gets, nulls removing what the chart's own values say
     * @param origins for each leaf of the values, by its dotted path, where it was written
     */
    public record Release(String name, ChartSource source, String chartName, String chartVersion,
                          Map<String, Object> values, Map<String, Object> forHelm, Map<String, Located<String>> origins) {
    }
}
