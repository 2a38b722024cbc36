package dev.datamill.session;

import dev.datamill.event.Event;
import dev.datamill.event.Redaction;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.plan.Plan;
import dev.datamill.process.Command;
import dev.datamill.run.DebugPod;
import dev.datamill.run.Progress;
import dev.datamill.run.StepFailed;
import dev.datamill.target.Target;
import dev.datamill.workspace.ProjectSources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Debug: a shell, or one command, in a pod of the platform that is gone afterwards. */
public final class DebugSession {

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public DebugSession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    /** @return the exit status of the command */
    public int run(Flags flags, List<String> command) throws Stop, InterruptedException {
        Optional<Path> kubectl = wiring.processes().find("kubectl");
        if (command.isEmpty() && !around.console().terminal()) {
            throw new Stop(ExitStatus.USAGE, "a shell needs a terminal, and there is none", "give a command: datamill debug -l -- COMMAND");
        }
        if (command.isEmpty() && kubectl.isEmpty()) {
            throw new Stop(ExitStatus.NOT_READY, "a shell in a pod goes through kubectl, which is not on the PATH", "install it, or give a command after --");
        }
        Planning planning = new Planning(around.workspace(), catalog);
        Optional<Target> target = flags.kubeconfig().isPresent() && flags.location().isEmpty() ? Optional.empty() : planning.target(flags);
        planning.stopAtProblems();
        try (Screen screen = Screen.open(around, flags, "debug", new Redaction());
             Reach.Reached reached = new Reach(around, wiring).reach(flags, target, false, screen)) {
            Plan plan = plan(flags, reached.kube());
            Thread main = Thread.currentThread();
            wiring.interrupts().onFirst(main::interrupt);
            Progress progress = new Progress(Event.Subject.run("debug"), screen);
            if (plan.images().containsKey(DebugPod.IMAGE)) {
                new LocalImages(wiring, catalog, reached.cluster()).of(List.of(DebugPod.IMAGE)).provide(DebugPod.IMAGE, plan.image(DebugPod.IMAGE), progress);
            }
            DebugPod pod = DebugPod.make(reached.kube(), plan, plan.target().map(Target::imagePullSecrets).orElse(List.of()));
            // A terminal that is closed ends this program by its hooks alone.
            Thread hook = new Thread(pod::close, "remove the pod");
            Runtime.getRuntime().addShutdownHook(hook);
            try (pod) {
                pod.await(progress);
                screen.close();
                return inside(pod, plan, command.isEmpty() ? List.of("bash") : command, kubectl, reached);
            } finally {
                unhook(hook);
            }
        } catch (StepFailed no) {
            throw new Stop(ExitStatus.FAILED, no.getMessage(), no.advice());
        } catch (InterruptedException stopped) {
            return ExitStatus.INTERRUPTED.code();
        } catch (IOException no) {
            throw new Stop(ExitStatus.FAILED, "kubectl cannot be run: " + no.getMessage(), "");
        }
    }

    /** By kubectl where it is there, which knows how to lend a terminal and a standard input; a plain command needs neither. */
    private int inside(DebugPod pod, Plan plan, List<String> command, Optional<Path> kubectl, Reach.Reached reached) throws IOException, InterruptedException {
        Console console = around.console();
        if (kubectl.isEmpty()) {
            return reached.kube().exec(plan.namespace(), pod.name(), DebugPod.CONTAINER, command, new Kube.Streams(null, console.out(), console.err(), false));
        }
        List<String> argv = new ArrayList<>(List.of(kubectl.get().toString(), "--kubeconfig", reached.pinned().toString(), "--namespace", plan.namespace(),
                "exec", "--quiet", console.terminal() ? "-it" : "-i", pod.name(), "--container", DebugPod.CONTAINER, "--"));
        argv.addAll(command);
        return wiring.processes().attached(Command.of(argv));
    }

    /** The flavour that was named, else the one that the releases of the namespace say they belong to. */
    private Plan plan(Flags flags, Kube kube) throws Stop {
        Flags chosen = flags.withComponents(List.of());
        String namespace = flags.namespace().orElse("data-mill");
        if (flags.flavour().isEmpty()) {
            String name = new Releases(kube).ours(namespace).stream().flatMap(secret -> Releases.flavours(secret).stream())
                    .filter(flavour -> around.workspace().named(flavour, "flavours").isPresent()).findFirst()
                    .orElseThrow(() -> new Stop(ExitStatus.USAGE, "nothing in namespace " + namespace + " says which flavour it belongs to", "add -f FILE"));
            chosen = chosen.withFlavour(name);
        }
        Planning planning = new Planning(around.workspace(), catalog);
        Optional<Plan> plan = planning.plan(chosen);
        planning.stopAtProblems();
        if (kube.get(Kind.NAMESPACE, "", plan.orElseThrow().namespace()).isEmpty()) {
            throw new Stop(ExitStatus.NOT_READY, "there is no namespace " + plan.get().namespace(), "install something first: datamill install");
        }
        return plan.get();
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook is at work already, and does no harm twice.
        }
    }
}
