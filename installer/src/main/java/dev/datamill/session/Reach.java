package dev.datamill.session;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.ClusterException;
import dev.datamill.cluster.Clusters;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Kubeconfig;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** From flags and target to a cluster that answers. Which one is always said by name, never assumed. */
final class Reach {

    private final Surroundings around;
    private final Wiring wiring;

    Reach(Surroundings around, Wiring wiring) {
        this.around = around;
        this.wiring = wiring;
    }

    /**
     * @param cluster empty for one that is just there
     * @param pinned a kubeconfig whose current context is this cluster, for Helm
     */
    record Reached(Kube kube, Kube.Version version, Path pinned, Optional<Cluster> cluster, String shown) implements AutoCloseable {
        @Override
        public void close() {
            kube.close();
        }
    }

    /** @param start whether a cluster of ours that is down is to be brought up */
    Reached reach(Flags flags, Optional<Target> target, boolean start, Events events) throws Stop, InterruptedException {
        Optional<Cluster> cluster = ours(flags, target, events);
        Kube.Access access = cluster.isPresent() ? running(cluster.get(), target.orElseThrow(), start, events) : existing(flags, target);
        Kube kube = wiring.kube(access);
        try {
            Kube.Version version = kube.version(Duration.ofSeconds(10));
            Path pinned = Kubeconfig.read(access.kubeconfig()).pinned(access.context(), around.home().resolve("run"));
            return new Reached(kube, version, pinned, cluster, cluster.map(Cluster::shown).orElse("context '" + access.context() + "'"));
        } catch (KubeException no) {
            kube.close();
            throw new Stop(ExitStatus.NOT_READY, "the cluster of context '" + access.context() + "' does not answer: " + no.getMessage(),
                    no.is(KubeException.Reason.UNAUTHORIZED) ? "log in again; the credentials in " + access.kubeconfig() + " are not accepted"
                            : "start it, or name another with --kubeconfig and --context");
        } catch (IOException broken) {
            kube.close();
            throw new Stop(ExitStatus.NOT_READY, broken.getMessage(), "");
        }
    }

    /** The cluster that we look after ourselves; empty for one that is just there. */
    private Optional<Cluster> ours(Flags flags, Optional<Target> target, Events events) throws Stop, InterruptedException {
        if (flags.kubeconfig().isPresent() || target.isEmpty()) return Optional.empty();
        try {
            Optional<Clusters.Chosen> chosen = wiring.clusters().of(target.get());
            chosen.filter(c -> !c.why().isEmpty()).ifPresent(c ->
                    events.on(new Event.Note(Event.Subject.run(""), "target: " + c.cluster().shown() + " (auto: " + c.why() + ")")));
            return chosen.map(Clusters.Chosen::cluster);
        } catch (ClusterException no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.remedy());
        }
    }

    /** Brings a cluster of ours up, after looking whether this machine can. */
    void start(Cluster cluster, Target target, Events events) throws Stop, ClusterException, InterruptedException {
        List<Cluster.Lack> lacks = cluster.lacks();
        if (!lacks.isEmpty()) {
            StringBuilder lines = new StringBuilder();
            lacks.forEach(lack -> lines.append("\n  ").append(lack.what()).append("\n      → ").append(lack.remedy()));
            throw new Stop(ExitStatus.NOT_READY, "this machine cannot run the " + cluster.shown() + ":" + lines, "nothing was changed");
        }
        wiring.clusters().record(target, cluster);
        cluster.start(events);
    }

    private Kube.Access running(Cluster cluster, Target target, boolean start, Events events) throws Stop, InterruptedException {
        try {
            if (cluster.state() != Cluster.State.RUNNING) {
                if (!start) throw new Stop(ExitStatus.NOT_READY, "the " + cluster.shown() + " is not running", "start it with 'datamill start'");
                start(cluster, target, events);
            } else {
                cluster.changes().forEach(change -> events.on(new Event.Note(Event.Subject.run(""), change)));
            }
            Path kubeconfig = cluster.kubeconfig();
            return new Kube.Access(kubeconfig, Kubeconfig.read(kubeconfig).current());
        } catch (ClusterException no) {
            throw new Stop(ExitStatus.NOT_READY, no.getMessage(), no.remedy());
        } catch (IOException broken) {
            throw new Stop(ExitStatus.NOT_READY, broken.getMessage(), "");
        }
    }

    private Kube.Access existing(Flags flags, Optional<Target> target) throws Stop {
        Optional<String> file = flags.kubeconfig().or(() -> target.flatMap(t -> t.kubeconfig().map(k -> k.value())));
        Optional<String> context = flags.context().or(() -> target.flatMap(t -> t.context().map(c -> c.value())));
        if (file.isEmpty()) {
            throw new Stop(ExitStatus.USAGE, target.isPresent() ? "target " + target.get().file() + " (" + target.get().provider().value()
                    + ") names no cluster that can be reached" : "which cluster?", "add --kubeconfig FILE --context NAME, or -l / -r with a target");
        }
        if (context.isEmpty()) {
            throw new Stop(ExitStatus.USAGE, "a cluster is named, never assumed: the context is missing", "add --context NAME");
        }
        Path path = around.workspace().working().resolve(file.get().replaceFirst("^~(?=/)", around.env().getOrDefault("HOME", "~")));
        if (!Files.isReadable(path)) throw new Stop(ExitStatus.USAGE, "there is no kubeconfig " + file.get(), "");
        try {
            Kubeconfig kubeconfig = Kubeconfig.read(path);
            if (!kubeconfig.contexts().contains(context.get())) {
                throw new Stop(ExitStatus.USAGE, file.get() + " has no context '" + context.get() + "'",
                        dev.datamill.config.Problems.suggest(context.get(), kubeconfig.contexts()));
            }
        } catch (IOException broken) {
            throw new Stop(ExitStatus.USAGE, broken.getMessage(), "");
        }
        return new Kube.Access(path, context.get());
    }
}
