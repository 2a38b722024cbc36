package dev.datamill.session;

import dev.datamill.component.Recipe;
import dev.datamill.config.Durations;
import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.event.Event;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.plan.Plan;
import dev.datamill.run.Options;
import dev.datamill.run.StepFailed;
import dev.datamill.run.Verification;
import dev.datamill.target.Target;
import dev.datamill.workspace.ProjectSources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Verify: runs the proof of each component in the cluster, and says which hold. */
public final class VerifySession {

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public VerifySession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    /** @param junit a file for the results as JUnit writes them */
    public ExitStatus run(Flags flags, Optional<String> junit) throws Stop, InterruptedException {
        return run(flags, junit, proofs -> {
            if (flags.json()) around.console().out().print(Json.pretty(Map.of("components", proofs.stream().map(Verification.Proof::json).toList())));
            else table(proofs, around.console().out()::println);
        });
    }

    /** At the end of an installation, whose own report has the standard output. */
    ExitStatus afterInstall(Flags flags) throws Stop, InterruptedException {
        return run(flags, Optional.empty(), proofs -> table(proofs, around.console()::say));
    }

    private ExitStatus run(Flags flags, Optional<String> junit, Consumer<List<Verification.Proof>> show) throws Stop, InterruptedException {
        Plan plan = new Planning(around.workspace(), catalog).decided(flags);
        Redaction redaction = new Redaction();
        List<Verification.Proof> proofs;
        try (Screen screen = Screen.open(around, flags, "verify", redaction);
             Reach.Reached reached = new Reach(around, wiring).reach(flags, plan.target(), false, screen)) {
            Thread main = Thread.currentThread();
            wiring.interrupts().onFirst(main::interrupt);
            proofs = verified(plan, flags, redaction, screen, reached);
        } catch (InterruptedException stopped) {
            return ExitStatus.INTERRUPTED;
        }
        show.accept(proofs);
        if (junit.isPresent()) write(junit.get(), new JUnitXml(plan.flavour()).of(proofs));
        return proofs.stream().allMatch(Verification.Proof::passed) ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private List<Verification.Proof> verified(Plan plan, Flags flags, Redaction redaction, Screen screen, Reach.Reached reached)
            throws InterruptedException {
        Planning planning = new Planning(around.workspace(), catalog);
        List<String> only = planning.named(flags);
        List<Plan.Planned> components = plan.components().stream().filter(c -> only.isEmpty() || only.contains(c.name())).toList();
        Options options = new Options(plan.flavour(), flags.timeout(), false, false, false, false, plan.target().map(Target::imagePullSecrets).orElse(List.of()));
        Verification verification = new Verification(new Verification.Doors(reached.kube(),
                new LocalImages(wiring, catalog, reached.cluster()).of(components.stream().flatMap(c -> c.content().verify().stream())
                        .map(Recipe.Check::image).distinct().toList()), this::files), redaction, screen);
        Event.Subject subject = Event.Subject.run("verify " + plan.flavour());
        screen.on(new Event.Started(subject, components.size()));
        List<Verification.Proof> proofs = null;
        try {
            proofs = verification.of(plan, components, options);
            return proofs;
        } finally {
            if (proofs == null) screen.on(new Event.Skipped(subject, "interrupted"));
            else if (proofs.stream().allMatch(Verification.Proof::passed)) screen.on(new Event.Finished(subject, Outcome.UNCHANGED, ""));
            else screen.on(new Event.Failed(subject, "", ""));
        }
    }

    private Map<String, String> files(String component, Recipe.Check check) throws StepFailed {
        Map<String, String> content = new LinkedHashMap<>();
        Path folder = around.workspace().catalog(new Problems()).find(component).orElseThrow().folder();
        for (Map.Entry<String, String> file : check.files().entrySet()) {
            try {
                content.put(file.getKey(), Files.readString(folder.resolve(file.getValue())));
            } catch (IOException missing) {
                throw new StepFailed("the file " + file.getValue() + " of the check cannot be read", "it belongs into " + folder, missing);
            }
        }
        return content;
    }

    private static void table(List<Verification.Proof> proofs, Consumer<String> out) {
        int width = proofs.stream().mapToInt(proof -> proof.component().length()).max().orElse(1);
        for (Verification.Proof proof : proofs) {
            if (proof.checks().isEmpty()) out.accept(("%-" + width + "s  -       has no checks").formatted(proof.component()));
            for (Verification.Checked check : proof.checks()) {
                out.accept(("%-" + width + "s  %-6s  %5s  %s").formatted(proof.component(), check.passed() ? "passed" : "FAILED",
                        Durations.show(check.time()), check.name()));
                if (!check.message().isEmpty()) out.accept("    " + check.message().replace("\n", "\n    "));
            }
        }
    }

    private void write(String file, String xml) throws Stop {
        try {
            Files.writeString(around.workspace().working().resolve(file), xml);
        } catch (IOException no) {
            throw new Stop(ExitStatus.FAILED, "the results cannot be written to " + file + ": " + no.getMessage(), "name a file in a folder that is there and yours");
        }
    }
}
