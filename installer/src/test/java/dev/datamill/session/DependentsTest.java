package dev.datamill.session;

import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DependentsTest {

    @Test
    void whoNeedsItThroughOthersIsNamedTooAndWhoIsNotInstalledIsNot() {
        Plan plan = plan(List.of(), component("lake"), component("jobs", "lake"), component("pages", "jobs"), component("absent", "lake"));
        Dependents found = Dependents.of(plan, Set.of("lake"), Set.of("lake", "jobs", "pages"));
        assertEquals(Set.of("jobs", "pages"), found.names());
        assertTrue(found.sentence().contains("jobs needs lake; pages needs jobs"), found.sentence());
        assertEquals(Set.of(), Dependents.of(plan, Set.of("pages"), Set.of("lake", "jobs", "pages")).names());
    }

    @Test
    void seedingDoesNothingButBucketsAndDataAndWaitsForNothingElse() {
        Step.Lake lake = new Step.Lake("lake", "ns", "http://lake", "here", "root", true);
        Plan seed = SeedSession.lakeOnly(plan(List.of(new Step.EnsureNamespace("namespace/ns", "ns", Set.of()),
                new Step.EnsureBucket("bucket/raw", "lake", lake, "raw", Set.of("lake/ready")),
                new Step.UploadFolder("data/raw", "lake", lake, "raw", Path.of("data/raw"), Set.of("bucket/raw")))));
        assertEquals(List.of("bucket/raw", "data/raw"), seed.steps().stream().map(Step::id).toList());
        assertEquals(List.of(Set.of(), Set.of("bucket/raw")), seed.steps().stream().map(Step::needs).toList());
    }

    private static Plan plan(List<Step> steps, Plan.Planned... components) {
        return new Plan("test", "ns", Optional.empty(), List.of(components), steps, List.of(), Map.of());
    }

    private static Plan.Planned component(String name, String... needs) {
        return new Plan.Planned(name, "config.yaml", "listed", Set.of(needs), Set.of(), List.of(), List.of(), List.of(), List.of(), null);
    }
}
