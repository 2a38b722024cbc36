package dev.datamill.flavour;

import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Section;
import dev.datamill.config.Yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a flavour file. The sections of components are kept as they are until the recipes they alter are known. */
public final class FlavourReader {

    public static final Set<String> PROJECT_KEYS = Set.of("k8s_namespace", "flavour", "k8s_default_config",
            "component_default_config", "config_folder", "data_folder", "proxy_port", "providers", "images", "sequential");
    public static final Set<String> IMAGES_KEYS = Set.of("mirror");
    public static final Set<String> TARGET_SECTIONS = Set.of("local", "remote", "hybrid");

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Set<String> NOT_OURS = Set.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Problems problems;

    public FlavourReader(Problems problems) {
        this.problems = problems;
    }

    public Flavour read(Yaml.Mapping file, String shown, Path path) {
        Section project = new Section("project", projectOf(file), PROJECT_KEYS, problems);
        String name = path.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        return new Flavour(name, shown, path.toAbsolutePath().getParent(), namespace(project), selected(project),
                located(project, "k8s_default_config"), project.texts("component_default_config"),
                configFolder(project, path), dataFolder(project), project.number("proxy_port", 1, 65535).orElse(8088),
                project.textMap("providers"), mirror(project), project.flag("sequential").orElse(false),
                target(file, "local"), target(file, "remote").or(() -> target(file, "hybrid")), sections(file));
    }

    private Yaml.Mapping projectOf(Yaml.Mapping file) {
        Optional<Yaml> project = file.get("project");
        if (project.isEmpty()) {
            problems.add(file.place(), "a flavour needs a section 'project'", "write project: {flavour: [minio]}, for example");
            return Yaml.Mapping.empty(file.place()).with("flavour", new Yaml.Scalar(file.place(), "all"));
        } else if (project.get() instanceof Yaml.Mapping map) {
            return map;
        } else {
            problems.add(project.get().place(), "'project' must be a map, not " + project.get().kind(), "");
        }
        return Yaml.Mapping.empty(file.place());
    }

    private Located<String> namespace(Section project) {
        String namespace = project.text("k8s_namespace").orElse("data-mill");
        Place place = project.placeOf("k8s_namespace");
        if (!NAMESPACE.matcher(namespace).matches()) {
            problems.add(place, "'" + namespace + "' is no namespace name", "use lower-case letters, digits and dashes, at most 63");
        } else if (NOT_OURS.contains(namespace)) {
            problems.add(place, "the namespace '" + namespace + "' belongs to the cluster", "choose one of your own, such as data-mill");
        }
        return new Located<>(namespace, place);
    }

    /** {@code all}, a YAML list, or a text with commas; each component once. */
    private Optional<List<Located<String>>> selected(Section project) {
        if (!project.has("flavour")) {
            project.require("flavour");
            return Optional.of(List.of());
        }
        List<Located<String>> names = new ArrayList<>();
        for (Located<String> text : project.texts("flavour")) {
            for (String part : text.value().split(",")) {
                if (!part.isBlank()) names.add(new Located<>(part.trim(), text.place()));
            }
        }
        if (names.size() == 1 && names.get(0).value().equals("all")) return Optional.empty();
        if (names.removeIf(name -> name.value().equals("all"))) {
            problems.add(project.placeOf("flavour"), "'all' stands beside single components", "write only 'all', or only the components");
        } else if (names.isEmpty()) {
            problems.add(project.placeOf("flavour"), "the flavour selects no component", "list at least one, or write all");
        }
        return Optional.of(List.copyOf(names));
    }

    private Optional<Located<Path>> configFolder(Section project, Path file) {
        return project.text("config_folder").map(text ->
                new Located<>(file.toAbsolutePath().getParent().resolve(text).normalize(), project.placeOf("config_folder")));
    }

    private static Located<String> dataFolder(Section project) {
        return new Located<>(project.text("data_folder").orElse("data"), project.placeOf("data_folder"));
    }

    private Optional<String> mirror(Section project) {
        return project.mapping("images").flatMap(map -> new Section("images", map, IMAGES_KEYS, problems).text("mirror"));
    }

    private Optional<Yaml.Mapping> target(Yaml.Mapping file, String key) {
        Optional<Yaml> block = file.get(key);
        if (block.isPresent() && !(block.get() instanceof Yaml.Mapping)) {
            problems.add(block.get().place(), "'" + key + "' must be a map, not " + block.get().kind(), "");
        }
        return file.mapping(key);
    }

    private static Map<String, Yaml.Entry> sections(Yaml.Mapping file) {
        Map<String, Yaml.Entry> sections = new LinkedHashMap<>(file.entries());
        sections.remove("project");
        sections.keySet().removeAll(TARGET_SECTIONS);
        return sections;
    }

    private static Optional<Located<String>> located(Section keys, String key) {
        return keys.text(key).map(text -> new Located<>(text, keys.placeOf(key)));
    }
}
