package dev.datamill.session;

import dev.datamill.config.Durations;
import dev.datamill.config.Json;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kind;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;
import dev.datamill.run.Busy;
import dev.datamill.run.Installation;
import dev.datamill.run.Myself;
import dev.datamill.run.Options;
import dev.datamill.run.RunReport;
import dev.datamill.run.StepFailed;
import dev.datamill.workspace.ProjectSources;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Seed: the buckets and the data of a flavour, into the lake that runs; nothing else of the plan is done. */
public final class SeedSession {

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public SeedSession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    public ExitStatus run(Flags flags, boolean overwrite) throws Stop, InterruptedException {
        Plan whole = new Planning(around.workspace(), catalog).decided(flags);
        Plan plan = lakeOnly(whole);
        if (plan.steps().isEmpty()) {
            around.console().say("flavour " + plan.flavour() + " has nothing to seed");
            whole.notes().forEach(around.console()::say);
            return ExitStatus.DONE;
        }
        Redaction redaction = new Redaction();
        try (Screen screen = Screen.open(around, flags, "seed", redaction);
             Reach.Reached reached = new Reach(around, wiring).reach(flags, plan.target(), false, screen)) {
            Step.Lake lake = plan.steps().stream().filter(Step.EnsureBucket.class::isInstance).map(s -> ((Step.EnsureBucket) s).lake()).findFirst().orElseThrow();
            if (reached.kube().get(Kind.SECRET, lake.namespace(), lake.secret()).isEmpty()) {
                throw new Stop(ExitStatus.NOT_READY, lake.component() + " is not installed in namespace " + lake.namespace() + ", so there is no lake to fill",
                        "install it first: datamill install -c " + lake.component());
            }
            Installation work = new Installation(new Installation.Doors(reached.kube(), wiring.helm(reached.pinned()), wiring.charts(),
                    wiring.images(reached.cluster(), List.of()), wiring.lake(), around.home().resolve("run")), redaction, screen, Myself.here());
            wiring.interrupts().onFirst(work::stop);
            RunReport report = work.run(plan, new Options(plan.flavour(), flags.timeout(), false, false, overwrite, false, List.of()));
            screen.close();
            return show(flags, report, redaction);
        } catch (Busy busy) {
            throw new Stop(ExitStatus.NOT_READY, "another run is at work in namespace " + plan.namespace() + ": " + busy.getMessage(), "wait for it, or stop it");
        } catch (StepFailed no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.advice());
        } catch (InterruptedException stopped) {
            return ExitStatus.INTERRUPTED;
        }
    }

    /** The same plan without all that makes the lake: it is there already. */
    static Plan lakeOnly(Plan plan) {
        Set<String> kept = new LinkedHashSet<>();
        plan.steps().stream().filter(s -> s instanceof Step.EnsureBucket || s instanceof Step.UploadFolder).forEach(s -> kept.add(s.id()));
        List<Step> steps = new ArrayList<>();
        for (Step step : plan.steps()) {
            Set<String> needs = new LinkedHashSet<>(step.needs());
            needs.retainAll(kept);
            if (step instanceof Step.EnsureBucket b) steps.add(new Step.EnsureBucket(b.id(), b.component(), b.lake(), b.bucket(), needs));
            if (step instanceof Step.UploadFolder u) steps.add(new Step.UploadFolder(u.id(), u.component(), u.lake(), u.bucket(), u.folder(), needs));
        }
        return new Plan(plan.flavour(), plan.namespace(), plan.target(), plan.components(), steps, plan.notes(), plan.images());
    }

    private ExitStatus show(Flags flags, RunReport report, Redaction redaction) {
        Console console = around.console();
        if (flags.json()) console.out().print(redaction.clean(Json.pretty(report.json())));
        for (RunReport.Line line : report.components()) {
            if (line.reason().isEmpty()) continue;
            console.say(line.name() + ": " + redaction.clean(line.reason()));
            if (!line.advice().isEmpty()) console.say("    → " + redaction.clean(line.advice()));
        }
        if (report.interrupted()) return ExitStatus.INTERRUPTED;
        boolean failed = report.components().stream().anyMatch(line -> line.outcome() == Outcome.FAILED);
        console.say((failed ? "Not all data got there" : report.outcome() == Outcome.UNCHANGED ? "The lake has it all already" : "The lake is filled")
                + " (" + Durations.show(report.time()) + ")");
        return failed ? ExitStatus.FAILED : ExitStatus.DONE;
    }
}
