package dev.datamill.run;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.helm.ChartStore;
import dev.datamill.helm.Helm;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;
import dev.datamill.objectstore.ObjectStore;
import dev.datamill.plan.Plan;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One plan carried out: alone in its namespace, going on where an earlier run was stopped. */
public final class Installation {

    private final Doors doors;
    private final Redaction redaction;
    private final Events events;
    private final Myself myself;
    private volatile PlanRunner runner;
    private volatile boolean stopped;
    private volatile Thread waiting;

    public Installation(Doors doors, Redaction redaction, Events events, Myself myself) {
        this.doors = doors;
        this.redaction = redaction;
        this.events = events;
        this.myself = myself;
    }

    /** The ways out of this program that an installation needs. */
    public record Doors(Kube kube, Helm helm, ChartStore charts, ImageProvider images, ObjectStore.Opener lake, Path scratch) {
    }

    /** The first time: end what only waits, finish what is being changed. Called from a signal. */
    public void stop() {
        stopped = true;
        PlanRunner current = runner;
        if (current != null) current.stop();
        Thread thread = waiting;
        if (current == null && thread != null) thread.interrupt();
    }

    public RunReport run(Plan plan, Options options) throws Busy, StepFailed, InterruptedException {
        Event.Subject subject = Event.Subject.run("install " + plan.flavour());
        events.on(new Event.Started(subject, plan.components().size()));
        waiting = Thread.currentThread();
        Progress progress = new Progress(subject, events);
        Namespaces namespaces = new Namespaces(doors.kube());
        RunReport report = null;
        try {
            namespaces.ensure(plan.namespace());
            try (RunLease lease = RunLease.take(doors.kube(), plan.namespace(), myself.holder(), myself.times(), myself.alive(), progress::says, this::stop)) {
                Journal journal = new Journal(lease);
                report = carryOut(plan, options, namespaces, journal);
                boolean failed = report.components().stream().anyMatch(line -> line.outcome() == Outcome.FAILED);
                if (failed && options.rollbackOnFailure()) new Rollback(doors.kube(), doors.helm(), doors.scratch()).of(journal.entries(), progress);
                orphans(plan, options, progress);
            } catch (RunLease.Held held) {
                throw new Busy(held.getMessage());
            }
            return report;
        } finally {
            if (report == null || report.outcome() == Outcome.FAILED) events.on(new Event.Failed(subject, "", ""));
            else if (report.outcome() == Outcome.SKIPPED) events.on(new Event.Skipped(subject, "interrupted"));
            else events.on(new Event.Finished(subject, report.outcome(), ""));
        }
    }

    private RunReport carryOut(Plan plan, Options options, Namespaces namespaces, Journal journal) {
        Kube kube = doors.kube();
        Secrets secrets = new Secrets(kube, redaction);
        try (ClusterWatch watch = new ClusterWatch(kube); Lakes lakes = new Lakes(kube, secrets, doors.lake())) {
            ReleaseWork releases = new ReleaseWork(kube, doors.helm(), doors.charts(), watch, options, journal);
            StepRunner work = new StepRunner(plan, kube, namespaces, secrets, doors.charts(), doors.images(), releases, new ManifestWork(kube),
                    new AccountWork(kube, new PodRun(kube, watch), options), new LakeWork(lakes, options), watch, options);
            PlanRunner current = new PlanRunner(work, events);
            runner = current;
            if (stopped) current.stop();
            return RunReport.of(plan, current.run(plan));
        }
    }

    /** Releases that this flavour brought once and no longer names. */
    private void orphans(Plan plan, Options options, Progress progress) {
        for (Resource secret : orphans(doors.kube(), plan, options.flavour())) {
            progress.note("release " + secret.label("name") + " of " + secret.label(Releases.COMPONENT)
                    + " is no longer in the flavour; it stays until somebody removes it: datamill uninstall -c " + secret.label(Releases.COMPONENT));
        }
    }

    public static List<Resource> orphans(Kube kube, Plan plan, String flavour) {
        Set<String> wanted = new HashSet<>();
        plan.components().forEach(c -> c.releases().forEach(r -> wanted.add(r.name())));
        return new Releases(kube).ours(plan.namespace()).stream().filter(secret -> !wanted.contains(secret.label("name")))
                .filter(secret -> Releases.flavours(secret).equals(Set.of(flavour))).toList();
    }
}
