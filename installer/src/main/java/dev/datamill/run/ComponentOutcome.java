package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.plan.Step;

import java.util.List;

/** What became of a component, from what became of its steps. */
final class ComponentOutcome {

    private ComponentOutcome() {
    }

    static Outcome of(List<PlanRunner.Done> steps) {
        if (any(steps, Outcome.FAILED)) return Outcome.FAILED;
        if (any(steps, Outcome.SKIPPED)) return Outcome.SKIPPED;
        List<Outcome> changes = steps.stream().filter(done -> changes(done.step())).map(PlanRunner.Done::outcome).toList();
        List<Outcome> releases = steps.stream().filter(done -> done.step() instanceof Step.ReleaseChart).map(PlanRunner.Done::outcome).toList();
        if (changes.stream().allMatch(outcome -> outcome == Outcome.UNCHANGED)) return Outcome.UNCHANGED;
        // A new Secret beside a release that was there before is a change of the component, not its creation.
        boolean allNew = releases.isEmpty() ? changes.contains(Outcome.CREATED) && !changes.contains(Outcome.UPDATED)
                : releases.stream().allMatch(outcome -> outcome == Outcome.CREATED);
        return allNew ? Outcome.CREATED : Outcome.UPDATED;
    }

    /** The step that explains it: the first that failed, else the first that was left out. */
    static PlanRunner.Done reason(List<PlanRunner.Done> steps) {
        return steps.stream().filter(done -> done.outcome() == Outcome.FAILED).findFirst()
                .or(() -> steps.stream().filter(done -> done.outcome() == Outcome.SKIPPED).findFirst())
                .orElse(steps.get(0));
    }

    private static boolean any(List<PlanRunner.Done> steps, Outcome outcome) {
        return steps.stream().anyMatch(done -> done.outcome() == outcome);
    }

    /** Bringing images and charts nearer changes nothing of the component itself. */
    private static boolean changes(Step step) {
        return !(step instanceof Step.ProvideImage || step instanceof Step.FetchChart || step instanceof Step.AwaitReady);
    }
}
