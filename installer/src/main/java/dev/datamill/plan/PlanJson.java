package dev.datamill.plan;

import dev.datamill.config.Problem;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan for a program to read. Keys may be added, never renamed. */
public final class PlanJson {

    private PlanJson() {
    }

    public static Map<String, Object> of(Plan plan, PlanChanges changes, List<Problem> problems) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("flavour", plan.flavour());
        json.put("namespace", plan.namespace());
        json.put("target", plan.target().map(target -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("name", target.name());
            shown.put("provider", target.provider().value());
            shown.put("location", target.location().toString());
            return shown;
        }));
        json.put("order", plan.order());
        List<Object> components = new java.util.ArrayList<>();
        plan.components().forEach(component -> components.add(component(component, changes.of(component.name()))));
        changes.orphans().forEach(name -> components.add(Map.of("name", name, "change", "orphan")));
        json.put("components", components);
        json.put("data", plan.steps().stream().filter(Step.UploadFolder.class::isInstance)
                .map(step -> ((Step.UploadFolder) step).bucket()).toList());
        json.put("notes", plan.notes());
        json.put("problems", problems.stream().map(PlanJson::problem).toList());
        return json;
    }

    private static Map<String, Object> component(Plan.Planned component, String change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", component.name());
        json.put("recipe", component.recipe());
        json.put("reason", component.reason());
        json.put("needs", List.copyOf(component.needs()));
        json.put("releases", component.releases().stream().map(PlanJson::release).toList());
        json.put("images", component.images());
        json.put("secrets", component.secrets());
        json.put("buckets", component.buckets());
        json.put("endpoints", component.content().endpoints().values().stream().map(endpoint -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("name", endpoint.name());
            shown.put("url", PlanText.address(component, endpoint));
            shown.put("credentials", endpoint.credentials());
            return shown;
        }).toList());
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("cpu", component.content().resources().cpu());
        resources.put("memory", component.content().resources().memory());
        resources.put("storage", component.content().resources().storage());
        json.put("resources", resources);
        json.put("change", change);
        return json;
    }

    private static Map<String, Object> release(Plan.Release release) {
        Map<String, Object> chart = new LinkedHashMap<>();
        chart.put("source", release.source().shown());
        chart.put("name", release.chartName());
        chart.put("version", release.chartVersion());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", release.name());
        json.put("chart", chart);
        json.put("values", release.values());
        return json;
    }

    public static Map<String, Object> problem(Problem problem) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", problem.place().file());
        json.put("line", problem.place().line());
        json.put("column", problem.place().column());
        json.put("message", problem.message());
        json.put("fix", problem.fix());
        return json;
    }
}
