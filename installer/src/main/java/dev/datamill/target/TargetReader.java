package dev.datamill.target;

import dev.datamill.config.Located;
import dev.datamill.config.Merge;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Section;
import dev.datamill.config.Yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads one location of a target file, or of a flavour that holds its target itself. */
public final class TargetReader {

    /** Keys that may stand in the location's block or, for both locations at once, at the top of the file. */
    public static final Set<String> SHARED_KEYS =
            Set.of("component_default_config", "kubeconfig", "context", "image_pull_secrets", "ca_bundle", "images");
    public static final Set<String> FILE_KEYS = union(SHARED_KEYS, Set.of("local", "remote", "hybrid"));
    public static final Set<String> LOCATION_KEYS = union(SHARED_KEYS, Set.of(
            "provider", "name", "kubernetes_version", "cpus", "memory", "storage", "vm_driver", "gpu_support", "addons",
            "load_images", "cluster_name", "region", "registry", "exists", "start", "stop", "delete", "load", "command", "variables",
            // Keys of the original's target files; those without a meaning today are accepted and do nothing.
            "use_overlay", "use_multipass", "istio_support", "bucket_name", "zones", "no_nodes", "node_size", "config"));
    public static final Set<String> IMAGES_KEYS = Set.of("mirror");
    public static final List<String> COMMANDS = List.of("exists", "start", "stop", "delete", "kubeconfig", "load");

    private static final Map<Location, Set<String>> PROVIDERS = Map.of(
            Location.LOCAL, Set.of("auto", "minikube", "microk8s", "embedded", "existing", "command"),
            Location.REMOTE, Set.of("eks", "existing", "command"));
    private static final Map<String, String> OLD_PROVIDERS = Map.of("aws", "eks");
    private static final Pattern SIZE = Pattern.compile("\\d+([kmgtKMGT]i?[bB]?)?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");

    private final Problems problems;

    public TargetReader(Problems problems) {
        this.problems = problems;
    }

    /** Empty when the file does not describe this location. */
    public Optional<Target> read(Yaml.Mapping file, String shown, Location location) {
        Section top = new Section("the target file", file, FILE_KEYS, problems);
        Optional<Yaml.Mapping> block = top.mapping(location.toString());
        if (location == Location.REMOTE && block.isEmpty()) block = top.mapping("hybrid");
        return block.map(own -> readBlock(Merge.over(shared(file), own), shown, location));
    }

    /** Reads the block of a location as it stands in a flavour. */
    public Target readBlock(Yaml.Mapping block, String shown, Location location) {
        Section keys = new Section(location + " target", block, LOCATION_KEYS, problems);
        Located<String> provider = provider(keys, location);
        String name = keys.text("name").or(() -> keys.text("cluster_name")).orElse("datamill");
        if (!NAME.matcher(name).matches()) {
            problems.add(keys.placeOf(keys.has("name") ? "name" : "cluster_name"), "'" + name + "' is no cluster name",
                    "use lower-case letters, digits and dashes, at most 40");
        }
        Target target = new Target(shown, location, provider, name,
                keys.text("kubernetes_version"), keys.number("cpus", 1, 4096), size(keys, "memory"), size(keys, "storage"),
                keys.text("vm_driver"), keys.flag("gpu_support").orElse(false),
                keys.texts("addons").stream().map(Located::value).toList(),
                keys.texts("load_images").stream().map(Located::value).toList(),
                keys.text("region"), provider.value().equals("command") ? Optional.empty() : located(keys, "kubeconfig").or(() -> located(keys, "config")), located(keys, "context"), keys.text("registry"),
                mirror(keys), keys.texts("image_pull_secrets").stream().map(Located::value).toList(),
                located(keys, "ca_bundle"), keys.texts("component_default_config"), commands(keys, provider.value()),
                keys.mapping("variables").map(Yaml.Mapping::plain).orElse(Map.of()));
        check(target, keys);
        return target;
    }

    private Located<String> provider(Section keys, Location location) {
        Place place = keys.placeOf("provider");
        Optional<String> written = keys.text("provider").map(p -> OLD_PROVIDERS.getOrDefault(p, p));
        if (written.isEmpty()) {
            // The original's hybrid block names a kubeconfig under 'config' and has no provider: a cluster that exists.
            if (keys.has("config")) return new Located<>("existing", place);
            if (location == Location.LOCAL) return new Located<>("auto", place);
            problems.add(keys.place(), "a remote target needs a provider", "choose from " + String.join(", ", new TreeSet<>(PROVIDERS.get(location))));
            return new Located<>("existing", place);
        }
        if (!PROVIDERS.get(location).contains(written.get())) {
            problems.add(place, "there is no " + location + " provider '" + written.get() + "'",
                    Problems.suggest(written.get(), PROVIDERS.get(location)));
        }
        return new Located<>(written.get(), place);
    }

    private void check(Target target, Section keys) {
        switch (target.provider().value()) {
            case "existing" -> {
                if (target.context().isEmpty()) {
                    problems.add(keys.place(), "an existing cluster needs its context named",
                            "add 'context: NAME' ('kubectl config get-contexts' lists them)");
                }
            }
            case "command" -> {
                if (!target.commands().containsKey("kubeconfig")) {
                    problems.add(keys.place(), "provider command needs at least the command 'kubeconfig'",
                            "write argv lists, e.g. start: [k3d, cluster, create, x] and kubeconfig: [k3d, kubeconfig, get, x]");
                }
            }
            default -> {
                // The others find their cluster by name.
            }
        }
    }

    private Yaml.Mapping shared(Yaml.Mapping file) {
        Map<String, Yaml.Entry> shared = new LinkedHashMap<>();
        file.entries().forEach((key, entry) -> {
            if (SHARED_KEYS.contains(key)) shared.put(key, entry);
        });
        return new Yaml.Mapping(file.place(), shared);
    }

    private Optional<String> mirror(Section keys) {
        return keys.mapping("images").flatMap(map -> new Section("images", map, IMAGES_KEYS, problems).text("mirror"));
    }

    /**
     * Argv lists, never lines for a shell, under 'command' or beside 'provider'. For this provider 'kubeconfig' is a
     * command too, not a file.
     */
    private Map<String, List<String>> commands(Section keys, String provider) {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        keys.mapping("command").ifPresent(map -> readCommands(new Section("command", map, Set.copyOf(COMMANDS), problems), provider, commands));
        readCommands(keys, provider, commands);
        return commands;
    }

    private void readCommands(Section keys, String provider, Map<String, List<String>> commands) {
        for (String key : COMMANDS) {
            Optional<Yaml> value = keys.value(key);
            if (value.isEmpty() || key.equals("kubeconfig") && !provider.equals("command")) continue;
            if (!provider.equals("command")) {
                problems.add(value.get().place(), "'" + key + "' is for provider command only", "remove it, or set provider: command");
            } else if (value.get() instanceof Yaml.Sequence) {
                commands.put(key, keys.texts(key).stream().map(Located::value).toList());
            } else {
                problems.add(value.get().place(), "'" + key + "' must be a list of arguments, not " + value.get().kind(),
                        "write [program, argument, …]");
            }
        }
    }

    private Optional<String> size(Section keys, String key) {
        return keys.text(key).filter(text -> {
            if (SIZE.matcher(text).matches()) return true;
            problems.add(keys.placeOf(key), "'" + key + "' must be a size", "write 8g or 512m");
            return false;
        });
    }

    private static Optional<Located<String>> located(Section keys, String key) {
        return keys.text(key).map(text -> new Located<>(text, keys.placeOf(key)));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return Set.copyOf(all);
    }
}
