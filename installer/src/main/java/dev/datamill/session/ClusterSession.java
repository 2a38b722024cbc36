package dev.datamill.session;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.ClusterException;
import dev.datamill.cluster.Clusters;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kubeconfig;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Starts, halts and destroys the cluster behind a target, and says how to reach it. */
public final class ClusterSession {

    private final Surroundings around;
    private final Wiring wiring;

    public ClusterSession(Surroundings around, Wiring wiring) {
        this.around = around;
        this.wiring = wiring;
    }

    public ExitStatus start(Flags flags) throws Stop, InterruptedException {
        Target target = target(flags);
        Cluster cluster = ours(target, "started");
        try (Screen screen = Screen.open(around, flags, "start", new Redaction())) {
            if (cluster.state() == Cluster.State.RUNNING) {
                around.console().say("the " + cluster.shown() + " runs already");
                cluster.changes().forEach(around.console()::say);
            } else {
                new Reach(around, wiring).start(cluster, target, screen);
            }
            around.console().say("kubeconfig: " + cluster.kubeconfig());
            return ExitStatus.DONE;
        } catch (ClusterException no) {
            throw failed(no);
        }
    }

    public ExitStatus halt(Flags flags) throws Stop, InterruptedException {
        Cluster cluster = ours(target(flags), "halted");
        try (Screen screen = Screen.open(around, flags, "halt", new Redaction())) {
            cluster.halt(screen);
            return ExitStatus.DONE;
        } catch (ClusterException no) {
            throw failed(no);
        }
    }

    /** Takes the volumes along, so it always asks. */
    public ExitStatus destroy(Flags flags) throws Stop, InterruptedException {
        Cluster cluster = ours(target(flags), "destroyed");
        try {
            if (cluster.state() == Cluster.State.ABSENT) {
                around.console().say("there is no " + cluster.shown());
                return ExitStatus.DONE;
            }
            String question = "Destroy the " + cluster.shown() + " with all its volumes?";
            if (!flags.yes() && !new Question(around.console()).agrees(question)) {
                around.console().say("nothing was done");
                return ExitStatus.DONE;
            }
            try (Screen screen = Screen.open(around, flags, "destroy", new Redaction())) {
                cluster.destroy(screen);
            }
            return ExitStatus.DONE;
        } catch (ClusterException no) {
            throw failed(no);
        }
    }

    /** Prints the path; with merge also adds the cluster to the user's own file, whose current context stays. */
    public ExitStatus kubeconfig(Flags flags, boolean merge) throws Stop, InterruptedException {
        Target target = target(flags);
        try {
            Path file = ours(target, "asked for a kubeconfig of ours").kubeconfig();
            if (merge) {
                Path own = Path.of(around.env().getOrDefault("KUBECONFIG", around.env().getOrDefault("HOME", "") + "/.kube/config").split(":")[0]);
                String context = Kubeconfig.read(file).mergeInto(own, "datamill-" + target.name());
                around.console().say("added the context '" + context + "' to " + own);
            }
            around.console().out().println(file);
            return ExitStatus.DONE;
        } catch (ClusterException no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.remedy());
        } catch (IOException broken) {
            throw new Stop(ExitStatus.FAILED, "the kubeconfig cannot be merged: " + broken.getMessage(), "");
        }
    }

    private Target target(Flags flags) throws Stop {
        Planning planning = new Planning(around.workspace(), null);
        Optional<Target> target = planning.target(flags);
        planning.stopAtProblems();
        return target.orElseThrow();
    }

    private Cluster ours(Target target, String what) throws Stop, InterruptedException {
        try {
            Optional<Clusters.Chosen> chosen = wiring.clusters().of(target);
            if (chosen.isEmpty()) {
                throw new Stop(ExitStatus.USAGE, "the cluster of " + target.file() + " is somebody else's; it cannot be " + what + " here",
                        "it is only installed on; use its own tools");
            }
            chosen.filter(c -> !c.why().isEmpty()).ifPresent(c -> around.console().say("target: " + c.cluster().shown() + " (auto: " + c.why() + ")"));
            return chosen.get().cluster();
        } catch (ClusterException no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.remedy());
        }
    }

    private static Stop failed(ClusterException no) {
        return new Stop(ExitStatus.FAILED, no.getMessage(), no.remedy());
    }
}
