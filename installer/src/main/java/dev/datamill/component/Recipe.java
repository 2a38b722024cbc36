package dev.datamill.component;

import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Yaml;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How one component is installed: its recipe file with the flavour's section merged over it, placeholders resolved. */
public record Recipe(
        String component,
        String file,
        Place place,
        List<Located<String>> needs,
        List<Located<String>> after,
        Set<String> provides,
        Map<String, Map<String, Object>> exports,
        String namespace,
        Duration timeout,
        List<Chart> charts,
        List<Located<String>> manifests,
        Map<String, Map<String, SecretValue>> secrets,
        List<Located<String>> images,
        List<Located<String>> buckets,
        Map<String, Endpoint> endpoints,
        Resources resources,
        List<ReadyRule> ready,
        List<Check> verify,
        Map<String, Map<String, List<String>>> access,
        Map<String, AccountRule> accounts,
        Uninstall uninstall) {

    /** One Helm release of a component. */
    public record Chart(String release, ChartSource source, Place place, Optional<Located<String>> configFile, Yaml.Mapping values) {
    }

    /** Something a person or program can reach. */
    public record Endpoint(String name, String service, int port, String scheme, Optional<String> credentials) {
    }

    /** What the component asks of the cluster, as Kubernetes quantities. */
    public record Resources(Optional<String> cpu, Optional<String> memory, Optional<String> storage) {
        public static final Resources NONE = new Resources(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A custom resource whose own condition (or field) says that the component is ready. */
    public record ReadyRule(String kind, Optional<String> name, Optional<String> condition, Optional<String> field, Optional<String> value) {
    }

    /** A command in a pod that proves the component works. */
    public record Check(String name, String image, List<String> command, Map<String, EnvValue> env, Duration timeout,
                        boolean account, Optional<String> serviceAccount, Map<String, String> files) {
    }

    /** How a provider makes an account for one of its consumers: a command in a pod, harmless twice. */
    public record AccountRule(Map<String, SecretValue> secret, String image, List<String> command, Map<String, EnvValue> env) {
    }

    /** What goes before the releases, and what is never taken along. */
    public record Uninstall(List<ResourceRef> first, List<String> keep) {
        public static final Uninstall PLAIN = new Uninstall(List.of(), List.of());
    }

    public record ResourceRef(String kind, Optional<String> name) {
    }
}
