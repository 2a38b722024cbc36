package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.event.Redaction;
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
import java.util.TreeSet;

/** Where the doors of an installed platform are, and their keys. */
public final class Reaching {

    private final Kube kube;
    private final Redaction redaction;

    public Reaching(Kube kube, Redaction redaction) {
        this.kube = kube;
        this.redaction = redaction;
    }

    public record Address(String component, String name, String namespace, String service, int port, String scheme) {
    }

    public record Container(String namespace, String pod, String name) {
    }

    /** Only those whose service is there. */
    public List<Address> addresses(Plan plan, Optional<String> component) {
        List<Address> addresses = new ArrayList<>();
        for (Plan.Planned each : chosen(plan, component)) {
            String namespace = namespace(each, plan);
            for (Recipe.Endpoint endpoint : each.content().endpoints().values()) {
                if (kube.get(Kind.SERVICE, namespace, endpoint.service()).isEmpty()) continue;
                addresses.add(new Address(each.name(), endpoint.name(), namespace, endpoint.service(), endpoint.port(), endpoint.scheme()));
            }
        }
        return addresses;
    }

    /** What a person logs in with: the Secrets that the component's endpoints name. */
    public List<Map<String, Object>> credentials(Plan plan, Optional<String> component) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Secrets secrets = new Secrets(kube, redaction);
        for (Plan.Planned each : chosen(plan, component)) {
            TreeSet<String> names = new TreeSet<>();
            each.content().endpoints().values().forEach(e -> e.credentials().ifPresent(names::add));
            for (String name : names) {
                secrets.read(namespace(each, plan), name).ifPresent(values -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("component", each.name());
                    row.put("secret", name);
                    row.put("values", values);
                    rows.add(row);
                });
            }
        }
        return rows;
    }

    /** The containers of what the component's releases made. */
    public List<Container> containers(Plan plan, String component) {
        Plan.Planned planned = plan.component(component).orElseThrow();
        String namespace = namespace(planned, plan);
        List<Container> containers = new ArrayList<>();
        try (ClusterWatch watch = new ClusterWatch(kube)) {
            Look look = watch.look(namespace);
            for (Plan.Release release : planned.releases()) {
                new Releases(kube).latest(namespace, release.name()).ifPresent(record -> Releases.objects(record, kube).stream()
                        .flatMap(object -> kube.kind(object.apiVersion(), object.kind()).flatMap(kind -> look.get(kind, object.name())).stream())
                        .flatMap(live -> Pods.current(live, look).stream())
                        .forEach(pod -> pod.items("spec", "containers").forEach(c -> containers.add(new Container(namespace, pod.name(), c.text("name"))))));
            }
        }
        return containers;
    }

    private static List<Plan.Planned> chosen(Plan plan, Optional<String> component) {
        return plan.components().stream().filter(c -> component.isEmpty() || component.get().equals(c.name())).toList();
    }

    private static String namespace(Plan.Planned component, Plan plan) {
        return component.content().namespace().isEmpty() ? plan.namespace() : component.content().namespace();
    }
}
