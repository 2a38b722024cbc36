package dev.datamill.session;

import dev.datamill.config.Json;
import dev.datamill.config.Problem;
import dev.datamill.plan.Plan;
import dev.datamill.plan.PlanChanges;
import dev.datamill.plan.PlanJson;
import dev.datamill.plan.PlanText;
import dev.datamill.workspace.ProjectSources;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows what would be done. Touches nothing. */
public final class PlanSession {

    /** Looks at what is in the cluster a plan goes to; empty when the cluster does not answer in time. */
    @FunctionalInterface
    public interface Comparison {
        Optional<PlanChanges> compare(Plan plan, Flags flags);
    }

    private final Surroundings around;
    private final ProjectSources.ImageCatalog images;
    private final Comparison comparison;

    public PlanSession(Surroundings around, ProjectSources.ImageCatalog images, Comparison comparison) {
        this.around = around;
        this.images = images;
        this.comparison = comparison;
    }

    public ExitStatus run(Flags flags) throws Stop {
        Planning planning = new Planning(around.workspace(), images);
        Optional<Plan> plan = planning.plan(flags);
        List<Problem> problems = planning.problems().all();
        if (!problems.isEmpty()) {
            ProblemsReport.show(problems, around.console());
            if (flags.json()) around.console().out().print(Json.pretty(unplanned(plan, flags, problems)));
            return ExitStatus.USAGE;
        }
        Optional<PlanChanges> changes = flags.offline() ? Optional.empty() : comparison.compare(plan.orElseThrow(), flags);
        PlanChanges known = changes.orElse(PlanChanges.UNKNOWN);
        around.console().out().print(flags.json() ? Json.pretty(PlanJson.of(plan.orElseThrow(), known, problems))
                : PlanText.of(plan.orElseThrow(), known, flags.verbose()));
        if (!flags.detailedExitCode()) return ExitStatus.DONE;
        if (changes.isEmpty()) {
            throw new Stop(ExitStatus.NOT_READY, "no cluster answers, so nobody can say what would change",
                    flags.location().isEmpty() ? "add -l or -r" : "start it with 'datamill start', or name another with -t");
        }
        return known.any() ? ExitStatus.CHANGES : ExitStatus.DONE;
    }

    /** With problems there is no plan to trust, but a program still gets its JSON. */
    private static Map<String, Object> unplanned(Optional<Plan> plan, Flags flags, List<Problem> problems) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("flavour", plan.map(Plan::flavour).or(flags::flavour));
        json.put("namespace", plan.map(Plan::namespace));
        json.put("target", null);
        json.put("order", List.of());
        json.put("components", List.of());
        json.put("problems", problems.stream().map(PlanJson::problem).toList());
        return json;
    }
}
