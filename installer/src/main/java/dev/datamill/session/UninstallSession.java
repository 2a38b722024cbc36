package dev.datamill.session;

import dev.datamill.component.Catalog;
import dev.datamill.config.Durations;
import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.helm.Releases;
import dev.datamill.plan.Plan;
import dev.datamill.run.Busy;
import dev.datamill.run.Myself;
import dev.datamill.run.Removal;
import dev.datamill.run.RunReport;
import dev.datamill.workspace.ProjectSources;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Uninstall: names the cluster, asks, takes away, and says what is left. */
public final class UninstallSession {

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public UninstallSession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    public ExitStatus run(Flags flags, boolean deleteData, boolean withDependents) throws Stop, InterruptedException {
        Planning planning = new Planning(around.workspace(), catalog);
        Plan first = planning.decided(flags);
        Redaction redaction = new Redaction();
        try (Screen screen = Screen.open(around, flags, "uninstall", redaction);
             Reach.Reached reached = new Reach(around, wiring).reach(flags, first.target(), false, screen)) {
            List<String> named = planning.named(flags);
            Plan plan = named.isEmpty() ? first : withInstalled(flags, first, named, reached);
            Set<String> only = new LinkedHashSet<>(named);
            Dependents dependents = Dependents.of(plan, only, installed(first, reached));
            if (!dependents.names().isEmpty() && !withDependents) throw new Stop(ExitStatus.USAGE, dependents.sentence(), "remove those too with --with-dependents");
            only.addAll(dependents.names());
            if (!agreed(flags, plan, only, deleteData, reached)) return ExitStatus.DONE;
            Thread main = Thread.currentThread();
            wiring.interrupts().onFirst(main::interrupt);
            Removal removal = new Removal(reached.kube(), wiring.helm(reached.pinned()), screen, Myself.here());
            RunReport report = removal.run(plan, new Removal.Wishes(plan.flavour(), deleteData, only, flags.timeout().orElse(Duration.ofMinutes(5))));
            screen.close();
            return show(flags, report);
        } catch (Busy busy) {
            throw new Stop(ExitStatus.NOT_READY, "another run is at work in namespace " + first.namespace() + ": " + busy.getMessage(), "wait for it, or stop it");
        } catch (InterruptedException stopped) {
            return ExitStatus.INTERRUPTED;
        }
    }

    /** What is named, together with all that is installed: only that tells who needs it. */
    private Plan withInstalled(Flags flags, Plan first, List<String> named, Reach.Reached reached) throws Stop {
        Catalog known = around.workspace().catalog(new Problems());
        Set<String> all = new LinkedHashSet<>(named);
        installed(first, reached).stream().filter(name -> known.find(name).isPresent()).forEach(all::add);
        return new Planning(around.workspace(), catalog).decided(flags.withComponents(List.copyOf(all)));
    }

    private static Set<String> installed(Plan plan, Reach.Reached reached) {
        Set<String> names = new TreeSet<>();
        new Releases(reached.kube()).ours(plan.namespace()).forEach(secret -> names.add(secret.label(Releases.COMPONENT)));
        return names;
    }

    private boolean agreed(Flags flags, Plan plan, Set<String> only, boolean deleteData, Reach.Reached reached) throws Stop {
        String what = (only.isEmpty() ? "flavour " + plan.flavour() : String.join(", ", only)) + " from namespace " + plan.namespace()
                + " of " + reached.shown() + (deleteData ? ", with all its data" : "; volumes and credentials stay");
        if (flags.yes()) {
            around.console().say("removing " + what);
            return true;
        }
        if (around.console().in() == null) throw new Stop(ExitStatus.USAGE, "remove " + what + "?", "there is no terminal to ask on; add --yes");
        try {
            return around.console().agrees("Remove " + what + "?");
        } catch (IOException gone) {
            throw new Stop(ExitStatus.USAGE, "the terminal is gone", "add --yes");
        }
    }

    private ExitStatus show(Flags flags, RunReport report) {
        Console console = around.console();
        if (flags.json()) console.out().print(Json.pretty(report.json()));
        console.say("");
        int width = report.components().stream().mapToInt(line -> line.name().length()).max().orElse(1);
        for (RunReport.Line line : report.components()) {
            console.say(("%-" + width + "s  %-9s  %s").formatted(line.name(), line.outcome(), Durations.show(line.time()))
                    + (line.reason().isEmpty() ? "" : "  " + line.reason()));
            if (!line.advice().isEmpty()) console.say("    → " + line.advice());
        }
        console.say("");
        boolean failed = report.outcome() == Outcome.FAILED;
        if (failed) console.say("Not all could be removed; run the same command again to go on from here.");
        else if (report.leftovers().isEmpty()) console.say("Nothing is left.");
        else {
            console.say("What is left:");
            report.leftovers().forEach(line -> console.say("  " + line));
        }
        return failed ? ExitStatus.FAILED : ExitStatus.DONE;
    }
}
