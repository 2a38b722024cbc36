package dev.datamill.component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The components of the project by name, with the other names they are known by. */
public final class Catalog {

    /** Components of the original project; those without a folder here deserve a better answer than "unknown". */
    private static final Set<String> ORIGINAL = Set.of("ambassador", "arangodb", "argo", "cassandra", "druid", "elasticsearch",
            "elastic", "flink", "grafana", "horovod", "influxdb", "kibana", "kubebox", "kubedb", "kubeflow", "kubemq", "longhorn",
            "metallb", "mlflow", "nginx-ingress", "nginx_ingress", "nifi", "pachyderm", "rabbitmq", "seldon", "storageos",
            "superset", "traefik");
    private static final Map<String, String> ORIGINAL_ALIASES = Map.of("monitoring-stack", "monitoring", "monitoring_stack", "monitoring", "jhub", "jupyterhub",
            "elastic", "elasticsearch", "nginx_ingress", "nginx-ingress");

    private final Map<String, Component> byName = new TreeMap<>();
    private final Map<String, String> aliases = new TreeMap<>();

    public Catalog(List<Component> components) {
        for (Component component : components) byName.put(component.name(), component);
        ORIGINAL_ALIASES.forEach((alias, name) -> {
            if (byName.containsKey(name)) aliases.put(alias, name);
        });
        for (Component component : components) {
            for (String alias : component.aliases()) aliases.putIfAbsent(alias, component.name());
        }
    }

    public List<Component> all() {
        return List.copyOf(byName.values());
    }

    /** By its name, or by another name it is known by. */
    public Optional<Component> find(String name) {
        Component exact = byName.get(name);
        return Optional.ofNullable(exact != null ? exact : byName.get(aliases.getOrDefault(name, name)));
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** Every word that means a component, for spelling suggestions. */
    public Set<String> words() {
        Set<String> words = new TreeSet<>(byName.keySet());
        words.addAll(aliases.keySet());
        return words;
    }

    public List<Component> providers(String capability) {
        return byName.values().stream().filter(c -> c.provides().contains(capability)).collect(Collectors.toList());
    }

    public Set<String> capabilities() {
        return byName.values().stream().flatMap(c -> c.provides().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    public static boolean wasInTheOriginal(String name) {
        return ORIGINAL.contains(name);
    }
}
