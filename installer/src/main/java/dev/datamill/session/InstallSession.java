package dev.datamill.session;

import dev.datamill.config.Durations;
import dev.datamill.config.Json;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;
import dev.datamill.run.Busy;
import dev.datamill.run.Installation;
import dev.datamill.run.Myself;
import dev.datamill.run.Options;
import dev.datamill.run.Preflight;
import dev.datamill.run.RunReport;
import dev.datamill.run.StepFailed;
import dev.datamill.target.Target;
import dev.datamill.workspace.ProjectSources;

import java.util.ArrayList;
import java.util.List;

/** Install: read, decide, look whether the cluster can take it, do it, report. */
public final class InstallSession {

    /** What only install can be told. */
    public record Wishes(boolean prune, boolean rollbackOnFailure, boolean overwrite, boolean pruneData, boolean verify) {
    }

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public InstallSession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    public ExitStatus run(Flags flags, Wishes wishes) throws Stop, InterruptedException {
        ExitStatus installed = installed(flags, wishes);
        return wishes.verify() && installed == ExitStatus.DONE ? new VerifySession(around, catalog, wiring).afterInstall(flags) : installed;
    }

    private ExitStatus installed(Flags flags, Wishes wishes) throws Stop, InterruptedException {
        Plan plan = new Planning(around.workspace(), catalog).decided(flags);
        if (flags.location().isEmpty() && flags.kubeconfig().isEmpty()) {
            throw new Stop(ExitStatus.USAGE, "install where?", "add -l for this machine or -r for a remote cluster");
        }
        Redaction redaction = new Redaction();
        try (Screen screen = Screen.open(around, flags, "install", redaction);
             Reach.Reached reached = new Reach(around, wiring).reach(flags, plan.target(), true, screen)) {
            List<Preflight.Lack> lacks = new Preflight(reached.kube()).check(plan, reached.version());
            if (!lacks.isEmpty()) throw notReady(lacks, reached);
            return install(plan, flags, wishes, redaction, screen, reached);
        }
    }

    private static Stop notReady(List<Preflight.Lack> lacks, Reach.Reached reached) {
        List<String> lines = new ArrayList<>();
        lacks.forEach(lack -> lines.add("  " + lack.what() + "\n      → " + lack.remedy()));
        return new Stop(ExitStatus.NOT_READY, reached.shown() + " is not ready for this plan:\n" + String.join("\n", lines), "nothing was changed");
    }

    private ExitStatus install(Plan plan, Flags flags, Wishes wishes, Redaction redaction, Screen screen, Reach.Reached reached)
            throws Stop, InterruptedException {
        Options options = new Options(plan.flavour(), flags.timeout(), wishes.prune(), wishes.rollbackOnFailure(), wishes.overwrite(), wishes.pruneData(),
                plan.target().map(Target::imagePullSecrets).orElse(List.of()));
        Installation installation = new Installation(new Installation.Doors(reached.kube(), wiring.helm(reached.pinned()), wiring.charts(),
                wiring.images(reached.cluster(), images(plan)), wiring.lake(), around.home().resolve("run")), redaction, screen, Myself.here());
        wiring.interrupts().onFirst(() -> {
            around.console().say("stopping; what is being changed is finished first (Ctrl-C again stops at once)");
            installation.stop();
        });
        RunReport report;
        try {
            report = installation.run(plan, options);
        } catch (Busy busy) {
            throw new Stop(ExitStatus.NOT_READY, "another run is at work in namespace " + plan.namespace() + ": " + busy.getMessage(), "wait for it, or stop it");
        } catch (StepFailed no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.advice());
        } catch (InterruptedException stopped) {
            return ExitStatus.INTERRUPTED;
        } finally {
            screen.close();
        }
        show(plan, flags, report, redaction, screen);
        if (report.interrupted() || wiring.interrupts().happened()) return ExitStatus.INTERRUPTED;
        return report.components().stream().anyMatch(line -> line.outcome() == Outcome.FAILED) ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    private static List<String> images(Plan plan) {
        return plan.steps().stream().filter(Step.ProvideImage.class::isInstance).map(step -> ((Step.ProvideImage) step).image()).toList();
    }

    private void show(Plan plan, Flags flags, RunReport report, Redaction redaction, Screen screen) {
        Console console = around.console();
        if (flags.json()) console.out().print(redaction.clean(Json.pretty(report.json())));
        console.say("");
        int width = report.components().stream().mapToInt(line -> line.name().length()).max().orElse(0);
        for (RunReport.Line line : report.components()) {
            console.say(("%-" + Math.max(1, width) + "s  %-9s  %s").formatted(line.name(), line.outcome(), Durations.show(line.time())));
            if (!line.reason().isEmpty()) console.say("    " + redaction.clean(line.reason()).replace("\n", "\n    "));
            if (!line.advice().isEmpty()) console.say("    → " + redaction.clean(line.advice()));
        }
        console.say("");
        boolean failed = report.components().stream().anyMatch(line -> line.outcome() == Outcome.FAILED);
        console.say((failed ? "Not all is well" : report.interrupted() ? "Interrupted" : "Done") + " after " + Durations.show(report.time())
                + (failed || report.interrupted() ? "; run the same command again to go on from here. Log: " + screen.log() : "."));
        if (failed || report.interrupted() || report.endpoints().isEmpty()) return;
        String reach = flags.kubeconfig().isPresent() ? " --kubeconfig " + flags.kubeconfig().get() + " --context " + flags.context().orElse("")
                : flags.location().map(l -> l.toString().equals("local") ? " -l" : " -r").orElse("");
        reach += " -f " + flags.flavour().orElse("");
        console.say("Next:");
        for (RunReport.Endpoint endpoint : report.endpoints()) {
            console.say("  datamill open " + endpoint.component() + reach + "    # " + endpoint.name() + ", "
                    + endpoint.scheme() + "://" + endpoint.service() + "." + plan.namespace() + ".svc:" + endpoint.port());
        }
        report.endpoints().stream().filter(e -> e.credentials().isPresent()).map(RunReport.Endpoint::component).distinct()
                .reduce((a, b) -> a + " " + b).ifPresent(names -> console.say("  datamill credentials NAME    # for " + names.replace(" ", ", ")));
    }
}
