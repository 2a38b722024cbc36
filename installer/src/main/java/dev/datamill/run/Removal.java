package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.helm.Helm;
import dev.datamill.helm.HelmException;
import dev.datamill.helm.ReleaseRecord;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes a platform away again: users before providers, custom resources before the operators that serve their
 * finalizers, and never the data unless that was asked for.
 */
public final class Removal {

    private final Kube kube;
    private final Helm helm;
    private final Events events;
    private final Myself myself;
    private final Releases releases;

    public Removal(Kube kube, Helm helm, Events events, Myself myself) {
        this.kube = kube;
        this.helm = helm;
        this.events = events;
        this.myself = myself;
        this.releases = new Releases(kube);
    }

    /** @param only the components that were named; empty means all of the flavour */
    public record Wishes(String flavour, boolean deleteData, Set<String> only, Duration patience) {
    }

    public RunReport run(Plan plan, Wishes wishes) throws Busy, InterruptedException {
        long began = System.nanoTime();
        Event.Subject subject = Event.Subject.run("uninstall " + plan.flavour());
        events.on(new Event.Started(subject, plan.components().size()));
        List<RunReport.Line> lines = new ArrayList<>();
        Outcome outcome = Outcome.FAILED;
        try {
            if (kube.get(Kind.NAMESPACE, "", plan.namespace()).isPresent()) {
                Progress progress = new Progress(subject, events);
                try (RunLease lease = RunLease.take(kube, plan.namespace(), myself.holder(), myself.times(), myself.alive(), progress::says, () -> { })) {
                    components(plan, wishes, lease, lines);
                } catch (RunLease.Held held) {
                    throw new Busy(held.getMessage());
                }
            }
            boolean failed = lines.stream().anyMatch(line -> line.outcome() == Outcome.FAILED);
            List<String> leftovers = failed ? List.of() : namespaces(plan, wishes);
            outcome = failed ? Outcome.FAILED : lines.stream().anyMatch(l -> l.outcome() == Outcome.REMOVED) ? Outcome.REMOVED : Outcome.UNCHANGED;
            return new RunReport(outcome, Duration.ofNanos(System.nanoTime() - began), lines, List.of(), List.of(), leftovers, false);
        } finally {
            if (outcome == Outcome.FAILED) events.on(new Event.Failed(subject, "", ""));
            else events.on(new Event.Finished(subject, outcome, ""));
        }
    }

    private void components(Plan plan, Wishes wishes, RunLease lease, List<RunReport.Line> lines) throws InterruptedException {
        List<Plan.Planned> reversed = new ArrayList<>(plan.components());
        Collections.reverse(reversed);
        Set<String> failed = new LinkedHashSet<>();
        for (Plan.Planned component : reversed) {
            if (!wishes.only().isEmpty() && !wishes.only().contains(component.name())) continue;
            long began = System.nanoTime();
            Event.Subject subject = Event.Subject.component(component.name());
            events.on(new Event.Started(subject, 0));
            Outcome outcome = Outcome.FAILED;
            String reason = "";
            String advice = "";
            try {
                Optional<String> blocked = failed.stream().filter(name -> plan.component(name).map(c -> c.needs().contains(component.name())).orElse(false)).findFirst();
                Set<String> users = users(component, plan, wishes.flavour());
                if (blocked.isPresent()) {
                    outcome = Outcome.SKIPPED;
                    reason = blocked.get() + " needs it and could not be removed";
                } else if (!users.isEmpty()) {
                    outcome = Outcome.UNCHANGED;
                    reason = "stays, flavour " + String.join(", ", users) + " uses it";
                    letGo(component, plan, wishes.flavour());
                } else {
                    outcome = component(component, plan, wishes, lease, new Progress(subject, events));
                }
            } catch (StepFailed no) {
                reason = no.getMessage();
                advice = no.advice();
            } catch (KubeException | HelmException no) {
                reason = no.getMessage();
            }
            if (outcome == Outcome.FAILED || outcome == Outcome.SKIPPED) failed.add(component.name());
            switch (outcome) {
                case FAILED -> events.on(new Event.Failed(subject, reason, advice));
                case SKIPPED -> events.on(new Event.Skipped(subject, reason));
                default -> events.on(new Event.Finished(subject, outcome, reason));
            }
            lines.add(new RunReport.Line(component.name(), outcome, Duration.ofNanos(System.nanoTime() - began), reason, advice));
        }
    }

    private String namespace(Plan.Planned component, Plan plan) {
        return component.content().namespace().isEmpty() ? plan.namespace() : component.content().namespace();
    }

    /** Other flavours that brought a release of this component too. */
    private Set<String> users(Plan.Planned component, Plan plan, String flavour) {
        Set<String> users = new TreeSet<>();
        for (Resource secret : releases.ours(namespace(component, plan))) {
            if (secret.label(Releases.COMPONENT).equals(component.name())) users.addAll(Releases.flavours(secret));
        }
        users.remove(flavour);
        return users;
    }

    private void letGo(Plan.Planned component, Plan plan, String flavour) {
        for (Resource secret : releases.ours(namespace(component, plan))) {
            if (!secret.label(Releases.COMPONENT).equals(component.name())) continue;
            releases.latest(namespace(component, plan), secret.label("name")).ifPresent(record -> {
                Set<String> left = new TreeSet<>(Releases.flavours(record.secret()));
                left.remove(flavour);
                releases.mark(record, component.name(), left);
            });
        }
    }

    private Outcome component(Plan.Planned component, Plan plan, Wishes wishes, RunLease lease, Progress progress)
            throws StepFailed, HelmException, InterruptedException {
        String namespace = namespace(component, plan);
        List<ReleaseRecord> records = new ArrayList<>();
        for (Resource secret : releases.ours(namespace)) {
            if (secret.label(Releases.COMPONENT).equals(component.name())) releases.latest(namespace, secret.label("name")).ifPresent(records::add);
        }
        // A run that was killed early has left releases that only its lease remembers.
        for (Map.Entry<String, String> touched : lease.touched().entrySet()) {
            boolean known = records.stream().anyMatch(r -> r.name().equals(touched.getKey()));
            if (!known && touched.getValue().equals(component.name())) releases.latest(namespace, touched.getKey()).ifPresent(records::add);
        }
        List<Resource> volumes = volumes(component, namespace, records);
        boolean removed = customResources(component, plan, namespace, volumes, wishes, progress);
        removed |= !records.isEmpty();
        Collections.reverse(records);
        for (ReleaseRecord record : records) release(component, record, wishes, progress);
        if (wishes.deleteData()) removed |= data(component, plan, namespace, volumes, wishes, progress);
        return removed ? Outcome.REMOVED : Outcome.UNCHANGED;
    }

    private List<Resource> volumes(Plan.Planned component, String namespace, List<ReleaseRecord> records) {
        List<Resource> volumes = Volumes.ofComponent(kube, namespace, component.name());
        for (ReleaseRecord record : records) volumes = Volumes.together(volumes, Volumes.ofRelease(kube, record));
        return volumes;
    }

    /** Custom resources go while the operator that serves their finalizers is still there; their volumes are let go first. */
    private boolean customResources(Plan.Planned component, Plan plan, String namespace, List<Resource> volumes, Wishes wishes, Progress progress)
            throws StepFailed, InterruptedException {
        List<Resource> going = new ArrayList<>();
        for (Recipe.ResourceRef ref : component.content().uninstall().first()) {
            kube.kindNamed(ref.kind()).ifPresent(kind -> kube.list(kind, kind.namespaced() ? namespace : "").stream()
                    .filter(r -> ref.name().isEmpty() || ref.name().get().equals(r.name())).forEach(going::add));
        }
        List<Resource> applied = new ArrayList<>();
        for (Step step : plan.stepsOf(component.name())) {
            if (!(step instanceof Step.ApplyManifests manifests)) continue;
            for (Map<String, Object> content : manifests.objects()) {
                Resource wanted = new Resource(content);
                kube.kind(wanted.apiVersion(), wanted.kind())
                        .flatMap(kind -> kube.get(kind, wanted.namespace().isEmpty() ? namespace : wanted.namespace(), wanted.name()))
                        .filter(Labels::ours).ifPresent(applied::add);
            }
        }
        Collections.reverse(applied);
        going.addAll(applied);
        if (!wishes.deleteData()) for (Resource owner : going) Keeping.letGo(kube, owner, namespace, component.name());
        Gone gone = new Gone(kube);
        for (Resource object : going) gone.delete(object);
        gone.await(going, wishes.patience(), progress);
        return !going.isEmpty();
    }

    private void release(Plan.Planned component, ReleaseRecord record, Wishes wishes, Progress progress) throws StepFailed, HelmException, InterruptedException {
        releases.mend(record);
        ReleaseRecord now = releases.latest(record.namespace(), record.name()).orElse(record);
        if (!wishes.deleteData()) now = Keeping.inManifest(kube, releases, now, component.name());
        ReleaseRecord last = now;
        progress.says("release " + record.name());
        new Retry(Duration.ofMinutes(2), Duration.ofMillis(500)).run(HelmException.class, HelmException::unreachable,
                e -> progress.says("the API server does not answer"), () -> helm.uninstall(last.namespace(), last.name()));
        List<Resource> objects = Releases.objects(last, kube).stream()
                .filter(o -> !o.annotation("helm.sh/resource-policy").equals("keep")).toList();
        new Gone(kube).await(objects, wishes.patience(), progress);
    }

    private boolean data(Plan.Planned component, Plan plan, String namespace, List<Resource> volumes, Wishes wishes, Progress progress)
            throws StepFailed, InterruptedException {
        List<Resource> going = new ArrayList<>();
        volumes.forEach(claim -> kube.get(Kind.CLAIM, namespace, claim.name()).ifPresent(going::add));
        for (Step step : plan.stepsOf(component.name())) {
            if (step instanceof Step.EnsureSecret secret) {
                kube.get(Kind.SECRET, secret.namespace(), secret.name()).filter(Labels::ours).ifPresent(going::add);
            }
        }
        for (Resource claim : going) if (claim.kind().equals("PersistentVolumeClaim")) Keeping.reclaim(kube, claim);
        Gone gone = new Gone(kube);
        for (Resource object : going) gone.delete(object);
        gone.await(going, wishes.patience(), progress);
        return !going.isEmpty();
    }

    private List<String> namespaces(Plan plan, Wishes wishes) {
        Leftovers leftovers = new Leftovers(kube);
        Set<String> names = new LinkedHashSet<>();
        for (Step step : plan.steps()) if (step instanceof Step.EnsureNamespace ensure) names.add(ensure.namespace());
        List<String> lines = new ArrayList<>();
        for (String name : names) lines.addAll(leftovers.of(name, wishes.only().isEmpty()));
        return lines;
    }
}
