package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the components of a plan are, right now. */
public final class Status {

    private final Kube kube;

    public Status(Kube kube) {
        this.kube = kube;
    }

    /** @param state ready, waiting, failed or absent */
    public record Line(String name, String state, int ready, int total, List<String> releases, List<String> endpoints,
                       List<String> waiting, Optional<Cause> cause) {

        public Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", name);
            json.put("state", state);
            json.put("pods", Map.of("ready", ready, "total", total));
            json.put("releases", releases);
            json.put("endpoints", endpoints);
            cause.ifPresent(c -> {
                json.put("reason", c.text());
                json.put("advice", c.advice());
            });
            return json;
        }
    }

    public List<Line> of(Plan plan) {
        try (ClusterWatch watch = new ClusterWatch(kube)) {
            List<Line> lines = new ArrayList<>();
            for (Plan.Planned component : plan.components()) lines.add(line(component, plan, watch));
            return lines;
        }
    }

    private Line line(Plan.Planned component, Plan plan, ClusterWatch watch) {
        String namespace = component.content().namespace().isEmpty() ? plan.namespace() : component.content().namespace();
        Look look = watch.look(namespace);
        List<String> names = new ArrayList<>();
        List<Resource> objects = new ArrayList<>();
        boolean broken = false;
        for (Plan.Release release : component.releases()) {
            var record = new Releases(kube).latest(namespace, release.name());
            if (record.isEmpty()) continue;
            names.add(release.name());
            broken |= !record.get().status().equals("deployed");
            objects.addAll(Releases.objects(record.get(), kube));
        }
        List<String> endpoints = component.content().endpoints().values().stream().map(e -> address(e, namespace)).toList();
        if (names.isEmpty() && !component.releases().isEmpty()) return new Line(component.name(), "absent", 0, 0, names, endpoints, List.of(), Optional.empty());
        List<String> waiting = new ArrayList<>();
        Optional<Cause> cause = Optional.empty();
        int ready = 0;
        int total = 0;
        for (Resource object : objects) {
            Optional<Kind> kind = kube.kind(object.apiVersion(), object.kind());
            if (kind.isEmpty() || !Readiness.hasRule(object)) continue;
            Optional<Resource> live = look.get(kind.get(), object.name());
            if (live.isPresent()) {
                List<Resource> pods = Pods.current(live.get(), look);
                total += pods.size();
                ready += (int) pods.stream().filter(pod -> pod.has("Ready")).count();
            }
            Readiness.State state = live.map(l -> Readiness.of(l, look)).orElse(new Readiness.State(false, "it is not there"));
            if (state.ready()) continue;
            waiting.add(object.shown() + ": " + state.waitsFor());
            Optional<Cause> found = live.flatMap(l -> new Causes(look, true).of(l));
            if (cause.isEmpty() || found.filter(Cause::terminal).isPresent()) cause = found.or(() -> Optional.empty());
        }
        String state = waiting.isEmpty() && !broken ? "ready" : broken || cause.filter(Cause::terminal).isPresent() ? "failed" : "waiting";
        return new Line(component.name(), state, ready, total, names, endpoints, waiting, cause);
    }

    private static String address(Recipe.Endpoint endpoint, String namespace) {
        return endpoint.scheme() + "://" + endpoint.service() + "." + namespace + ".svc:" + endpoint.port();
    }
}
