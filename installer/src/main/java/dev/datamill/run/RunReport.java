package dev.datamill.run;

import dev.datamill.config.Durations;
import dev.datamill.event.Outcome;
import dev.datamill.plan.Plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param criticalPath the chain of steps that the run's time consists of, longest wait last
 */
public record RunReport(Outcome outcome, Duration time, List<Line> components, List<Endpoint> endpoints, List<String> criticalPath,
                        List<String> leftovers, boolean interrupted) {

    public record Line(String name, Outcome outcome, Duration time, String reason, String advice) {
    }

    public record Endpoint(String component, String name, String service, int port, String scheme, Optional<String> credentials) {
    }

    static RunReport of(Plan plan, PlanRunner.Result result) {
        Map<String, List<PlanRunner.Done>> byComponent = new LinkedHashMap<>();
        plan.order().forEach(name -> byComponent.put(name, new ArrayList<>()));
        result.steps().values().forEach(done -> byComponent.computeIfAbsent(done.step().component(), k -> new ArrayList<>()).add(done));
        List<Line> lines = new ArrayList<>();
        byComponent.forEach((name, steps) -> {
            if (steps.isEmpty()) return;
            Outcome outcome = ComponentOutcome.of(steps);
            if (name.isEmpty() && outcome != Outcome.FAILED) return;
            PlanRunner.Done reason = ComponentOutcome.reason(steps);
            boolean explained = outcome == Outcome.FAILED || outcome == Outcome.SKIPPED;
            Duration from = steps.stream().map(PlanRunner.Done::from).min(Duration::compareTo).orElse(Duration.ZERO);
            Duration to = steps.stream().map(PlanRunner.Done::to).max(Duration::compareTo).orElse(Duration.ZERO);
            lines.add(new Line(name.isEmpty() ? reason.step().title() : name, outcome, to.minus(from),
                    explained ? reason.message() : "", explained ? reason.advice() : ""));
        });
        List<Endpoint> endpoints = plan.components().stream().filter(c -> lines.stream().anyMatch(l -> l.name().equals(c.name()) && good(l.outcome())))
                .flatMap(c -> c.content().endpoints().values().stream()
                        .map(e -> new Endpoint(c.name(), e.name(), e.service(), e.port(), e.scheme(), e.credentials()))).toList();
        return new RunReport(whole(lines, result.interrupted()), result.time(), lines, endpoints, criticalPath(result), List.of(), result.interrupted());
    }

    private static boolean good(Outcome outcome) {
        return outcome != Outcome.FAILED && outcome != Outcome.SKIPPED;
    }

    private static Outcome whole(List<Line> lines, boolean interrupted) {
        List<Outcome> all = lines.stream().map(Line::outcome).toList();
        if (all.contains(Outcome.FAILED)) return Outcome.FAILED;
        if (interrupted || all.contains(Outcome.SKIPPED)) return Outcome.SKIPPED;
        if (all.stream().allMatch(o -> o == Outcome.UNCHANGED)) return Outcome.UNCHANGED;
        return all.stream().allMatch(o -> o == Outcome.CREATED) ? Outcome.CREATED : Outcome.UPDATED;
    }

    /** Back from the step that ended last, each time to the need that was done last. */
    private static List<String> criticalPath(PlanRunner.Result result) {
        List<String> path = new ArrayList<>();
        Optional<PlanRunner.Done> at = result.steps().values().stream().filter(d -> d.outcome() != Outcome.SKIPPED)
                .max(java.util.Comparator.comparing(PlanRunner.Done::to));
        while (at.isPresent()) {
            PlanRunner.Done here = at.get();
            path.add(0, here.step().id() + " " + Durations.show(here.to().minus(here.from())));
            at = here.step().needs().stream().map(result.steps()::get).filter(java.util.Objects::nonNull)
                    .max(java.util.Comparator.comparing(PlanRunner.Done::to));
        }
        return path;
    }

    RunReport withLeftovers(List<String> what) {
        return new RunReport(outcome, time, components, endpoints, criticalPath, List.copyOf(what), interrupted);
    }

    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("outcome", outcome.name());
        json.put("seconds", seconds(time));
        json.put("interrupted", interrupted);
        json.put("components", components.stream().map(line -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", line.name());
            row.put("outcome", line.outcome().name());
            row.put("seconds", seconds(line.time()));
            if (!line.reason().isEmpty()) row.put("reason", line.reason());
            if (!line.advice().isEmpty()) row.put("advice", line.advice());
            return row;
        }).toList());
        json.put("endpoints", endpoints.stream().map(e -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("component", e.component());
            row.put("name", e.name());
            row.put("service", e.service());
            row.put("port", e.port());
            row.put("scheme", e.scheme());
            e.credentials().ifPresent(secret -> row.put("credentials", secret));
            return row;
        }).toList());
        json.put("criticalPath", criticalPath);
        json.put("leftovers", leftovers);
        return json;
    }

    private static double seconds(Duration time) {
        return Math.round(time.toMillis() / 10.0) / 100.0;
    }
}
