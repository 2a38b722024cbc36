package dev.datamill.kube;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which kinds the server serves, remembered; what is missing is asked for again, since operators bring new ones. */
final class Discovery {

    private final KubernetesClient client;
    private final Map<String, List<Kind>> byApiVersion = new ConcurrentHashMap<>();

    Discovery(KubernetesClient client) {
        this.client = client;
    }

    Optional<Kind> kind(String apiVersion, String name) {
        return find(byApiVersion.getOrDefault(apiVersion, List.of()), name)
                .or(() -> find(load(apiVersion), name));
    }

    Optional<Kind> named(String name) {
        return all().stream().filter(kind -> kind.name().equalsIgnoreCase(name) || kind.plural().equalsIgnoreCase(name)
                || (kind.plural() + "." + kind.group()).equalsIgnoreCase(name)
                || (kind.name() + "." + kind.group()).equalsIgnoreCase(name)).findFirst();
    }

    List<Kind> all() {
        List<Kind> all = new ArrayList<>(load("v1"));
        for (APIGroup group : client.getApiGroups().getGroups()) {
            all.addAll(load(group.getPreferredVersion().getGroupVersion()));
        }
        return all;
    }

    private static Optional<Kind> find(List<Kind> kinds, String name) {
        return kinds.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    private List<Kind> load(String apiVersion) {
        APIResourceList found;
        try {
            found = client.getApiResources(apiVersion);
        } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
            // An aggregated API whose server is down must not hide all the others.
            if (e.getCode() == 503 || e.getCode() == 404) return List.of();
            throw e;
        }
        if (found == null) return List.of();
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        List<Kind> kinds = new ArrayList<>();
        for (APIResource resource : found.getResources()) {
            boolean whole = !resource.getName().contains("/");
            if (whole && resource.getVerbs().contains("list") && resource.getVerbs().contains("delete")) {
                kinds.add(new Kind(group, version, resource.getKind(), resource.getName(), resource.getNamespaced()));
            }
        }
        byApiVersion.put(apiVersion, List.copyOf(kinds));
        return kinds;
    }
}
