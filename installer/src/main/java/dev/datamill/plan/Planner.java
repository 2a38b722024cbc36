package dev.datamill.plan;

import dev.datamill.component.ChartSource;
import dev.datamill.component.Recipe;
import dev.datamill.component.RecipeReader;
import dev.datamill.config.Located;
import dev.datamill.config.Merge;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides everything that will be done, and does none of it: the components and their order, the values of each
 * release, and the steps. Whatever is wrong goes to the problems, all of it.
 */
public final class Planner {

    private final Sources sources;
    private final Problems problems;

    public Planner(Sources sources, Problems problems) {
        this.sources = sources;
        this.problems = problems;
    }

    public Plan plan(Request request) {
        Selection selection = new Selection(request, sources, problems);
        List<Choice> choices = selection.decide();
        Map<String, String> providers = selection.providers();
        Placeholders placeholders = new Placeholders(choices, providers, selection.undecided(), sources, request, problems);
        List<Plan.Planned> planned = new ArrayList<>();
        for (Choice choice : choices) planned.add(planned(choice, request, placeholders));
        checkReleases(planned);
        List<String> notes = new ArrayList<>(selection.notes());
        List<Step> steps = new StepMaker(request, planned, providers, sources, placeholders, problems, notes).steps(choices);
        return new Plan(request.flavour().name(), request.namespaceName(), request.target(), planned, steps, notes, placeholders.images());
    }

    private Plan.Planned planned(Choice choice, Request request, Placeholders placeholders) {
        Recipe recipe = new RecipeReader(problems).read(choice.component(), choice.recipeFile(),
                expanded(choice, placeholders), placeholders.namespaceOf(choice));
        List<Plan.Release> releases = recipe.charts().stream().map(chart -> release(chart, choice, placeholders)).toList();
        for (Located<String> image : recipe.images()) {
            if (sources.image(image.value()).isEmpty()) {
                problems.add(image.place(), "there is no image '" + image.value() + "'", Problems.suggest(image.value(), sources.imageNames()));
            }
        }
        return new Plan.Planned(choice.name(), choice.recipeFile(), choice.reason(), new LinkedHashSet<>(choice.needs().values()),
                choice.after(), releases, recipe.images().stream().map(Located::value).toList(),
                List.copyOf(recipe.secrets().keySet()), recipe.buckets().stream().map(Located::value).toList(), recipe);
    }

    /** The recipe with its placeholders resolved, those inside a chart with that chart's release. */
    private Yaml.Mapping expanded(Choice choice, Placeholders placeholders) {
        Yaml.Mapping recipe = placeholders.expand(choice.recipe().without("charts"), choice);
        if (choice.recipe().mapping("charts").isEmpty()) return recipe;
        Yaml.Mapping charts = choice.recipe().mapping("charts").get();
        Map<String, Yaml.Entry> done = new LinkedHashMap<>();
        charts.entries().forEach((key, entry) -> done.put(key, new Yaml.Entry(entry.keyPlace(),
                entry.value() instanceof Yaml.Mapping chart
                        ? placeholders.expand(chart, choice, chart.get("release").map(r -> String.valueOf(r.plain())).orElse(key))
                        : entry.value())));
        return recipe.with("charts", new Yaml.Mapping(charts.place(), done));
    }

    private Plan.Release release(Recipe.Chart chart, Choice choice, Placeholders placeholders) {
        Yaml.Mapping file = chart.configFile().flatMap(name -> sources.values(choice.name(), name))
                .map(values -> placeholders.expand(values, choice, chart.release()))
                .orElse(Yaml.Mapping.empty(chart.place()));
        Values values = new Values(Merge.layer(file, chart.values()));
        String name = "";
        String version = chart.source().version().orElse("");
        if (chart.source() instanceof ChartSource.Folder folder) {
            Sources.LocalChart local = sources.chart(folder.path(), chart.place()).orElse(new Sources.LocalChart("", ""));
            name = local.name();
            version = local.version();
        } else if (chart.source() instanceof ChartSource.Repository repository) {
            name = repository.name();
        } else if (chart.source() instanceof ChartSource.Oci oci) {
            name = oci.reference().substring(oci.reference().lastIndexOf('/') + 1);
        } else if (chart.source() instanceof ChartSource.Git git) {
            name = git.path().substring(git.path().lastIndexOf('/') + 1);
        }
        return new Plan.Release(chart.release(), chart.source(), name, version, values.plain(), values.forHelm(), values.origins());
    }

    private void checkReleases(List<Plan.Planned> planned) {
        Map<String, String> owner = new LinkedHashMap<>();
        for (Plan.Planned component : planned) {
            for (Recipe.Chart chart : component.content().charts()) {
                String before = owner.putIfAbsent(component.content().namespace() + "/" + chart.release(), component.name());
                if (before != null) {
                    problems.add(chart.place(), "the release '" + chart.release() + "' of " + component.name() + " is also one of " + before,
                            "give one of them another 'release'");
                }
            }
        }
    }
}
