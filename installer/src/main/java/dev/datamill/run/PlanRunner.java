package dev.datamill.run;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;

/**
 * The scheduler: a step starts the moment its own needs are done, and nothing else holds it back but the number of
 * its kind that may run at once. A failure stops what depends on it, and nothing else. One thread decides; the
 * others only work and report back.
 */
public final class PlanRunner {

    /** Steps that wait for the cluster cost nothing here; all others share a few places, and Helm takes one at a time. */
    private enum Lane {
        HELM(1), WORK(6), WAIT(Integer.MAX_VALUE);

        private final int places;

        Lane(int places) {
            this.places = places;
        }

        static Lane of(Step step) {
            if (step instanceof Step.ReleaseChart) return HELM;
            if (step instanceof Step.AwaitReady || step instanceof Step.EnsureAccount || step instanceof Step.ProvideImage) return WAIT;
            return WORK;
        }
    }

    private final StepWork work;
    private final Events events;
    private final LongSupplier nanos;
    private final LinkedBlockingQueue<Object> mail = new LinkedBlockingQueue<>();
    private static final Object STOP = new Object();

    public PlanRunner(StepWork work, Events events) {
        this(work, events, System::nanoTime);
    }

    PlanRunner(StepWork work, Events events, LongSupplier nanos) {
        this.work = work;
        this.events = events;
        this.nanos = nanos;
    }

    /** No new step starts; waits end; what is being changed is finished. Harmless twice, callable from anywhere. */
    public void stop() {
        mail.add(STOP);
    }

    private record Ended(Step step, Done done) {
    }

    /** @param message what went wrong or why it was left out; empty otherwise */
    public record Done(Step step, Outcome outcome, Duration from, Duration to, String message, String advice) {
    }

    /** @param steps in the order of the plan */
    public record Result(Map<String, Done> steps, boolean interrupted, Duration time) {
    }

    public Result run(Plan plan) {
        return new Run(plan.steps()).go();
    }

    private final class Run {
        private final Map<String, Step> steps = new LinkedHashMap<>();
        private final Map<String, Long> remaining = new HashMap<>();
        private final Map<String, Done> done = new LinkedHashMap<>();
        private final Map<String, Thread> running = new HashMap<>();
        private final Set<String> announced = new LinkedHashSet<>();
        private final long began = nanos.getAsLong();
        private volatile boolean stopping;

        Run(List<Step> all) {
            for (Step step : all) steps.put(step.id(), step);
            for (Step step : all) {
                for (String need : step.needs()) {
                    if (!steps.containsKey(need)) throw new IllegalStateException("step " + step.id() + " needs " + need + ", which is not in the plan");
                }
            }
            for (String id : steps.keySet()) remaining(id, new LinkedHashSet<>());
        }

        Result go() {
            ExecutorService threads = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "step");
                thread.setDaemon(true);
                return thread;
            });
            try {
                start(threads);
                while (done.size() < steps.size()) {
                    Object news = mail.take();
                    if (news == STOP) stopNow();
                    else finished((Ended) news);
                    start(threads);
                }
            } catch (InterruptedException e) {
                stopNow();
                Thread.currentThread().interrupt();
            } finally {
                threads.shutdown();
            }
            Map<String, Done> inOrder = new LinkedHashMap<>();
            steps.keySet().stream().filter(done::containsKey).forEach(id -> inOrder.put(id, done.get(id)));
            return new Result(inOrder, stopping, since());
        }

        /** Starts all that may start: the one with the longest way still to go first. */
        private void start(ExecutorService threads) {
            if (stopping) {
                steps.values().stream().filter(step -> !done.containsKey(step.id()) && !running.containsKey(step.id()))
                        .toList().forEach(step -> skip(step, "the run was interrupted"));
                return;
            }
            List<Step> free = new ArrayList<>(steps.values().stream()
                    .filter(step -> !done.containsKey(step.id()) && !running.containsKey(step.id()))
                    .filter(step -> step.needs().stream().allMatch(done::containsKey)).toList());
            free.sort(Comparator.comparing((Step step) -> remaining.get(step.id())).reversed());
            for (Step step : free) {
                Lane lane = Lane.of(step);
                long busy = running.keySet().stream().filter(id -> Lane.of(steps.get(id)) == lane).count();
                if (busy < lane.places) launch(step, threads);
            }
        }

        private void launch(Step step, ExecutorService threads) {
            announce(step.component());
            Event.Subject subject = Event.Subject.step(step.component(), step.id());
            events.on(new Event.Started(subject, 0));
            Duration from = since();
            running.put(step.id(), null);
            threads.execute(() -> {
                synchronized (running) {
                    running.put(step.id(), Thread.currentThread());
                    // Stopped between its start and now: nobody could reach this thread then.
                    if (stopping && !(step instanceof Step.ReleaseChart)) Thread.currentThread().interrupt();
                }
                mail.add(new Ended(step, work(step, subject, from)));
            });
        }

        private Done work(Step step, Event.Subject subject, Duration from) {
            try {
                Outcome outcome = work.apply(step, new Progress(subject, events));
                return new Done(step, outcome, from, since(), "", "");
            } catch (StepFailed failed) {
                if (cutShort(step)) return new Done(step, Outcome.SKIPPED, from, since(), "the run was interrupted", "");
                return new Done(step, Outcome.FAILED, from, since(), failed.getMessage(), failed.advice());
            } catch (InterruptedException stopped) {
                return new Done(step, Outcome.SKIPPED, from, since(), "the run was interrupted", "");
            } catch (RuntimeException defect) {
                if (cutShort(step)) return new Done(step, Outcome.SKIPPED, from, since(), "the run was interrupted", "");
                return new Done(step, Outcome.FAILED, from, since(), step.title() + ": " + words(defect), "");
            }
        }

        /** A library may dress the interruption up as a failure of its own. */
        private boolean cutShort(Step step) {
            return stopping && !(step instanceof Step.ReleaseChart);
        }

        private void finished(Ended ended) {
            Step step = ended.step();
            synchronized (running) {
                running.remove(step.id());
            }
            Done was = ended.done();
            done.put(step.id(), was);
            Event.Subject subject = Event.Subject.step(step.component(), step.id());
            switch (was.outcome()) {
                case FAILED -> events.on(new Event.Failed(subject, was.message(), was.advice()));
                case SKIPPED -> events.on(new Event.Skipped(subject, was.message()));
                default -> events.on(new Event.Finished(subject, was.outcome(), step.title()));
            }
            if (was.outcome() == Outcome.FAILED) skipDependents(step);
            close(step.component());
        }

        private void skipDependents(Step failed) {
            for (Step step : steps.values()) {
                if (!done.containsKey(step.id()) && step.needs().contains(failed.id())) {
                    String whose = failed.component().isEmpty() || failed.component().equals(step.component()) ? failed.title() : failed.component();
                    skip(step, "needs " + whose + ", which failed");
                    skipDependents(step, whose);
                }
            }
        }

        private void skipDependents(Step skipped, String whose) {
            for (Step step : steps.values()) {
                if (!done.containsKey(step.id()) && step.needs().contains(skipped.id())) {
                    skip(step, "needs " + whose + ", which failed");
                    skipDependents(step, whose);
                }
            }
        }

        private void skip(Step step, String reason) {
            Duration now = since();
            done.put(step.id(), new Done(step, Outcome.SKIPPED, now, now, reason, ""));
            announce(step.component());
            events.on(new Event.Skipped(Event.Subject.step(step.component(), step.id()), reason));
            close(step.component());
        }

        private void stopNow() {
            if (stopping) return;
            stopping = true;
            synchronized (running) {
                running.forEach((id, thread) -> {
                    if (thread != null && !(steps.get(id) instanceof Step.ReleaseChart)) thread.interrupt();
                });
            }
        }

        private void announce(String component) {
            if (component.isEmpty() || !announced.add(component)) return;
            int parts = (int) steps.values().stream().filter(s -> s.component().equals(component)).count();
            events.on(new Event.Started(Event.Subject.component(component), parts));
        }

        /** A component is over with the last of its steps. */
        private void close(String component) {
            if (component.isEmpty()) return;
            List<Step> own = steps.values().stream().filter(s -> s.component().equals(component)).toList();
            if (!own.stream().allMatch(step -> done.containsKey(step.id()))) return;
            List<Done> all = own.stream().map(step -> done.get(step.id())).toList();
            Event.Subject subject = Event.Subject.component(component);
            Outcome outcome = ComponentOutcome.of(all);
            Done reason = ComponentOutcome.reason(all);
            switch (outcome) {
                case FAILED -> events.on(new Event.Failed(subject, reason.message(), reason.advice()));
                case SKIPPED -> events.on(new Event.Skipped(subject, reason.message()));
                default -> events.on(new Event.Finished(subject, outcome, ""));
            }
        }

        private long remaining(String id, Set<String> path) {
            Long known = remaining.get(id);
            if (known != null) return known;
            if (!path.add(id)) throw new IllegalStateException("the steps wait for each other: " + String.join(" → ", path));
            long longest = 0;
            for (Step step : steps.values()) {
                if (step.needs().contains(id)) longest = Math.max(longest, remaining(step.id(), path));
            }
            path.remove(id);
            long total = weight(steps.get(id)) + longest;
            remaining.put(id, total);
            return total;
        }

        private Duration since() {
            return Duration.ofNanos(nanos.getAsLong() - began);
        }
    }

    /** Rough seconds; only their order counts. */
    private static long weight(Step step) {
        if (step instanceof Step.AwaitReady) return 20;
        if (step instanceof Step.ProvideImage) return 30;
        if (step instanceof Step.UploadFolder || step instanceof Step.FetchChart) return 5;
        if (step instanceof Step.EnsureAccount) return 3;
        return 1;
    }

    private static String words(RuntimeException defect) {
        return defect.getMessage() == null ? defect.getClass().getSimpleName() : defect.getMessage();
    }
}
