package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.config.Durations;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Waits until everything named is ready. It is woken by what the cluster tells and never asks around; the moment
 * something is seen that waiting cannot mend, it ends with the reason.
 */
final class Waiter {

    /** Some causes ripen by time alone, so they are looked at now and then though nothing was told. */
    private static final Duration PULSE = Duration.ofSeconds(2);
    private final Kube kube;
    private final ClusterWatch watch;

    Waiter(Kube kube, ClusterWatch watch) {
        this.kube = kube;
        this.watch = watch;
    }

    /** What to wait for. A rule names objects that an operator may yet have to make. */
    record Wanted(String namespace, List<Resource> objects, List<Recipe.ReadyRule> rules) {
    }

    private record Item(Kind kind, Resource object, Optional<Recipe.ReadyRule> rule) {
        String shown() {
            return object.kind() + "/" + object.name();
        }
    }

    void await(Wanted wanted, Duration timeout, Progress progress) throws StepFailed, InterruptedException {
        Look look = watch.look(wanted.namespace());
        List<Item> open = items(wanted);
        Map<String, Resource> known = baseline(open, wanted.namespace());
        long began = System.nanoTime();
        Set<String> renewed = new HashSet<>();
        String said = "";
        while (true) {
            long seen = watch.changes();
            List<Item> waiting = new ArrayList<>();
            String reason = "";
            for (Item item : open) {
                Readiness.State state = state(item, known, look);
                if (state.ready()) continue;
                waiting.add(item);
                if (reason.isEmpty()) reason = item.shown() + ": " + state.waitsFor();
            }
            if (waiting.isEmpty() && rulesHold(wanted, look)) return;
            Optional<Cause> cause = cause(waiting, look, false);
            if (cause.isPresent() && cause.get().terminal()) throw StepFailed.by(cause(waiting, look, true).orElse(cause.get()));
            for (Item item : waiting) renew(item, look, renewed, progress);
            Duration passed = Duration.ofNanos(System.nanoTime() - began);
            if (passed.compareTo(timeout) >= 0) throw timedOut(waiting, wanted, look, reason, timeout);
            if (waiting.isEmpty()) reason = ruleWaitedFor(wanted, look);
            if (waiting.size() > 1) reason += " (and " + (waiting.size() - 1) + " more)";
            if (cause.isPresent()) reason += " — " + firstLine(cause.get().what());
            if (!reason.equals(said)) progress.says(said = reason);
            Duration left = timeout.minus(passed);
            watch.await(seen, left.compareTo(PULSE) < 0 ? left.plusMillis(1) : PULSE);
        }
    }

    private List<Item> items(Wanted wanted) {
        List<Item> items = new ArrayList<>();
        for (Resource object : wanted.objects()) {
            if (!Readiness.hasRule(object)) continue;
            kube.kind(object.apiVersion(), object.kind()).ifPresent(kind -> items.add(new Item(kind, object, Optional.empty())));
        }
        return items;
    }

    /** The generation each object has now: a copy that is older than this shows the state before the change. */
    private Map<String, Resource> baseline(List<Item> items, String namespace) {
        Map<String, Resource> known = new HashMap<>();
        Set<Kind> kinds = new HashSet<>();
        items.forEach(item -> kinds.add(item.kind()));
        for (Kind kind : kinds) {
            for (Resource object : kube.list(kind, kind.namespaced() ? namespace : "")) known.put(kind.shown() + "/" + object.name(), object);
        }
        return known;
    }

    private Readiness.State state(Item item, Map<String, Resource> known, Look look) {
        Optional<Resource> found = look.get(item.kind(), item.object().name());
        Resource before = known.get(item.kind().shown() + "/" + item.object().name());
        if (found.isEmpty()) return new Readiness.State(false, "it is not there");
        if (before != null && before.uid().equals(found.get().uid()) && found.get().generation() < before.generation()) {
            return new Readiness.State(false, "news of it");
        }
        return Readiness.of(found.get(), look);
    }

    private boolean rulesHold(Wanted wanted, Look look) {
        return wanted.rules().stream().allMatch(rule -> ruleState(rule, look).ready());
    }

    private String ruleWaitedFor(Wanted wanted, Look look) {
        return wanted.rules().stream().filter(rule -> !ruleState(rule, look).ready()).findFirst()
                .map(rule -> rule.kind() + rule.name().map(n -> "/" + n).orElse("") + ": " + ruleState(rule, look).waitsFor()).orElse("");
    }

    private Readiness.State ruleState(Recipe.ReadyRule rule, Look look) {
        List<Resource> subjects = subjects(rule, look);
        if (subjects.isEmpty()) return new Readiness.State(false, "it is not there");
        return subjects.stream().map(object -> Readiness.byRule(object, rule)).filter(state -> !state.ready()).findFirst()
                .orElse(new Readiness.State(true, ""));
    }

    private List<Resource> subjects(Recipe.ReadyRule rule, Look look) {
        Optional<Kind> kind = kube.kindNamed(rule.kind());
        if (kind.isEmpty()) return List.of();
        return rule.name().isPresent() ? look.get(kind.get(), rule.name().get()).stream().toList() : look.list(kind.get());
    }

    private Optional<Cause> cause(List<Item> waiting, Look look, boolean last) {
        Causes causes = new Causes(look, last);
        Optional<Cause> best = Optional.empty();
        for (Item item : waiting) {
            Optional<Cause> cause = look.get(item.kind(), item.object().name()).flatMap(causes::of);
            if (cause.isPresent() && cause.get().terminal()) return cause;
            if (best.isEmpty()) best = cause;
        }
        return best;
    }

    /** A StatefulSet never replaces a pod of its former template that does not get ready; somebody has to. */
    private void renew(Item item, Look look, Set<String> renewed, Progress progress) {
        if (!item.object().kind().equals("StatefulSet")) return;
        look.get(item.kind(), item.object().name()).ifPresent(set -> {
            for (Resource pod : Pods.stuckOnFormerTemplate(set, look)) {
                if (!renewed.add(pod.uid())) continue;
                progress.note("pod " + pod.name() + " still has the former settings and does not get ready; it is replaced");
                kube.delete(Kind.POD, pod.namespace(), pod.name());
            }
        });
    }

    private StepFailed timedOut(List<Item> waiting, Wanted wanted, Look look, String reason, Duration timeout) {
        String since = "not ready after " + Durations.show(timeout) + "; ";
        Optional<Cause> cause = cause(waiting, look, true);
        if (cause.isEmpty() && waiting.isEmpty()) {
            cause = wanted.rules().stream().flatMap(rule -> subjects(rule, look).stream())
                    .flatMap(object -> new Causes(look, true).of(object).stream()).findFirst();
        }
        return cause.map(c -> new StepFailed(since + c.text(), c.advice()))
                .orElseGet(() -> new StepFailed(since + (reason.isEmpty() ? ruleWaitedFor(wanted, look) : reason),
                        "look closer with 'datamill why', or give it more time with --timeout"));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
