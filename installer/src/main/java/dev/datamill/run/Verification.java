package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.component.Recipe;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.plan.Plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Proves that components work: their checks, each a command in a pod that is gone afterwards. */
public final class Verification {

    private static final int SIDE_BY_SIDE = 2;

    private final Doors doors;
    private final Redaction redaction;
    private final Events events;

    public Verification(Doors doors, Redaction redaction, Events events) {
        this.doors = doors;
        this.redaction = redaction;
        this.events = events;
    }

    /** The content of the files that a check brings along. */
    @FunctionalInterface
    public interface Files {
        Map<String, String> of(String component, Recipe.Check check) throws StepFailed;
    }

    public record Doors(Kube kube, ImageProvider images, Files files) {
    }

    /** @param message why it did not pass; empty otherwise */
    public record Checked(String name, boolean passed, Duration time, String message) {
        public double seconds() {
            return Math.round(time.toMillis() / 10.0) / 100.0;
        }
    }

    public record Proof(String component, List<Checked> checks) {
        public boolean passed() {
            return checks.stream().allMatch(Checked::passed);
        }

        public Duration time() {
            return checks.stream().map(Checked::time).reduce(Duration.ZERO, Duration::plus);
        }

        public Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", component);
            json.put("checks", checks.stream().map(check -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", check.name());
                row.put("passed", check.passed());
                row.put("seconds", check.seconds());
                if (!check.message().isEmpty()) row.put("message", check.message());
                return row;
            }).toList());
            return json;
        }
    }

    /** The components are proven side by side, the checks of one after each other. */
    public List<Proof> of(Plan plan, List<Plan.Planned> components, Options options) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
        try (ClusterWatch watch = new ClusterWatch(doors.kube())) {
            PodRun pods = new PodRun(doors.kube(), watch);
            try {
                List<Future<Proof>> all = new ArrayList<>();
                for (Plan.Planned component : components) all.add(threads.submit(() -> proof(plan, component, pods, options)));
                List<Proof> proofs = new ArrayList<>();
                for (Future<Proof> each : all) proofs.add(each.get());
                return proofs;
            } catch (ExecutionException broken) {
                if (broken.getCause() instanceof InterruptedException) throw new InterruptedException();
                throw new IllegalStateException(broken.getCause());
            } finally {
                // Whoever is interrupted still takes its pod away.
                threads.shutdownNow();
                boolean interrupted = Thread.interrupted();
                threads.awaitTermination(30, TimeUnit.SECONDS);
                if (interrupted) Thread.currentThread().interrupt();
            }
        }
    }

    private Proof proof(Plan plan, Plan.Planned component, PodRun pods, Options options) throws InterruptedException {
        List<Recipe.Check> checks = component.content().verify();
        if (checks.isEmpty()) return new Proof(component.name(), List.of());
        Event.Subject subject = Event.Subject.component(component.name());
        events.on(new Event.Started(subject, checks.size()));
        List<Checked> done = new ArrayList<>();
        boolean ended = false;
        try {
            for (Recipe.Check check : checks) done.add(checked(plan, component, check, pods, options));
            ended = true;
        } finally {
            Proof proof = new Proof(component.name(), List.copyOf(done));
            if (!ended) events.on(new Event.Skipped(subject, "interrupted"));
            else if (proof.passed()) events.on(new Event.Finished(subject, Outcome.UNCHANGED, "verified"));
            else events.on(new Event.Failed(subject, proof.checks().stream().filter(c -> !c.passed()).findFirst().orElseThrow().message(), ""));
        }
        return new Proof(component.name(), List.copyOf(done));
    }

    private Checked checked(Plan plan, Plan.Planned component, Recipe.Check check, PodRun pods, Options options) throws InterruptedException {
        Event.Subject subject = Event.Subject.step(component.name(), check.name());
        events.on(new Event.Started(subject, 0));
        long began = System.nanoTime();
        String wrong = "interrupted";
        boolean ended = false;
        try {
            wrong = wrong(plan, component, check, pods, new Progress(subject, events), options);
            ended = true;
        } finally {
            if (!ended) events.on(new Event.Skipped(subject, wrong));
            else if (wrong.isEmpty()) events.on(new Event.Finished(subject, Outcome.UNCHANGED, check.name()));
            else events.on(new Event.Failed(subject, wrong, ""));
        }
        return new Checked(check.name(), wrong.isEmpty(), Duration.ofNanos(System.nanoTime() - began), wrong);
    }

    private String wrong(Plan plan, Plan.Planned component, Recipe.Check check, PodRun pods, Progress progress, Options options)
            throws InterruptedException {
        try {
            PodRun.Task task = task(plan, component, check, doors.files().of(component.name(), check), options);
            learn(task);
            if (plan.images().containsKey(check.image())) doors.images().provide(check.image(), task.image(), progress);
            PodRun.End end = pods.run(task, progress);
            if (end.status() == 0) return "";
            String words = redaction.clean(end.lastWords());
            return words.isEmpty() ? "exit status " + end.status() + ", without a word" : words;
        } catch (StepFailed | KubeException no) {
            return redaction.clean(no.getMessage());
        }
    }

    static PodRun.Task task(Plan plan, Plan.Planned component, Recipe.Check check, Map<String, String> files, Options options) {
        Map<String, EnvValue> env = new LinkedHashMap<>();
        if (check.account()) env.putAll(CapabilityEnvironment.of(plan, component.name()));
        env.putAll(check.env());
        return new PodRun.Task("verify-" + component.name(), component.content().namespace(), component.name(), plan.image(check.image()),
                check.command(), env, files, check.serviceAccount(), options.pullSecrets(), options.patience(check.timeout()));
    }

    /** What the check is told in confidence is not to come back in its last words. */
    private void learn(PodRun.Task task) {
        Secrets secrets = new Secrets(doors.kube(), redaction);
        task.env().values().stream().map(value -> value instanceof EnvValue.FromSecret from ? Optional.of(from.secret()) : Optional.<String>empty())
                .flatMap(Optional::stream).distinct().forEach(name -> secrets.read(task.namespace(), name));
    }
}
