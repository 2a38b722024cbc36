package dev.datamill.plan;

import dev.datamill.config.Merge;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>${name}</code> in the recipes, values and manifests of one component. {@code $${} is a literal
 * {@code ${}; <code>${name:-other}</code> stands for {@code other} when nothing in the plan gives the capability.
 */
final class Placeholders {

    private static final Pattern ANY = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}|\\$\\{");
    private static final int DEEPEST = 8;

    private final Map<String, Choice> choices;
    private final Map<String, String> providers;
    private final Set<String> undecided;
    private final Sources sources;
    private final Request request;
    private final Problems problems;

    Placeholders(List<Choice> choices, Map<String, String> providers, Set<String> undecided, Sources sources, Request request, Problems problems) {
        this.choices = new LinkedHashMap<>();
        choices.forEach(choice -> this.choices.put(choice.name(), choice));
        this.providers = Map.copyOf(providers);
        this.undecided = undecided;
        this.sources = sources;
        this.request = request;
        this.problems = problems;
    }

    /** The tree with all placeholders replaced, as seen by a component. */
    Yaml.Mapping expand(Yaml.Mapping tree, Choice component) {
        return expand(tree, component, component.release());
    }

    /** The same inside one of its charts, whose release is another. */
    Yaml.Mapping expand(Yaml.Mapping tree, Choice component, String release) {
        return Merge.mapScalars(tree, scalar -> expand(scalar, new Scope(component, release, 0)));
    }

    String namespaceOf(Choice component) {
        return component.recipe().get("namespace").filter(Yaml.Scalar.class::isInstance)
                .map(ns -> String.valueOf(expand((Yaml.Scalar) ns, new Scope(component, component.release(), DEEPEST - 1)).plain()))
                .orElse(request.namespaceName());
    }

    /** Whether who gives a capability could not be settled, which is reported already. */
    boolean undecided(String capability) {
        return undecided.contains(capability);
    }

    private record Scope(Choice component, String release, int depth) {
        Scope of(Choice other) {
            return new Scope(other, other.release(), depth + 1);
        }
    }

    private Yaml.Scalar expand(Yaml.Scalar scalar, Scope scope) {
        if (!(scalar.value() instanceof String text) || !text.contains("${")) return scalar;
        Matcher matcher = ANY.matcher(text);
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            out.append(text, from, matcher.start());
            from = matcher.end();
            if (matcher.group().equals("$${")) {
                out.append("${");
            } else if (matcher.group(1) == null) {
                problems.add(scalar.place(), "a placeholder is not closed", "add '}', or write $${ for a literal ${");
            } else {
                Optional<Object> value = resolve(matcher.group(1), scalar.place(), scope);
                // A text that is nothing but one placeholder takes over its type: true stays true.
                if (matcher.start() == 0 && matcher.end() == text.length()) return new Yaml.Scalar(scalar.place(), value.orElse(""));
                out.append(value.map(Objects::toString).orElse(""));
            }
        }
        return new Yaml.Scalar(scalar.place(), out.append(text.substring(from)).toString());
    }

    private Optional<Object> resolve(String written, Place place, Scope scope) {
        int dash = written.indexOf(":-");
        String name = (dash < 0 ? written : written.substring(0, dash)).trim();
        Optional<Object> otherwise = dash < 0 ? Optional.empty() : Optional.of(written.substring(dash + 2));
        if (scope.depth > DEEPEST) {
            problems.add(place, "the placeholder '" + name + "' leads back to itself", "");
            return Optional.empty();
        }
        if (name.equals("namespace")) return Optional.of(scope.depth >= DEEPEST ? request.namespaceName() : namespaceOf(scope.component));
        if (name.equals("release")) return Optional.of(scope.release);
        if (name.equals("storage_class")) return Optional.of(storageClass(scope));
        if (name.startsWith("images.")) return image(name.substring("images.".length()), place);
        if (name.startsWith("components.")) return componentRelease(name, place);
        if (name.startsWith("target.")) return targetVariable(name, place, otherwise);
        return capability(name, place, scope, otherwise);
    }

    private static Object storageClass(Scope scope) {
        return scope.component.recipe().get("storage_class").map(Yaml::plain).orElse("");
    }

    private Optional<Object> image(String name, Place place) {
        Optional<String> reference = sources.image(name);
        if (reference.isEmpty()) {
            problems.add(place, "there is no image '" + name + "'", Problems.suggest(name, sources.imageNames()));
        }
        return reference.map(r -> mirrored(r));
    }

    /** Every own image of the project and its full reference. */
    Map<String, String> images() {
        Map<String, String> all = new LinkedHashMap<>();
        for (String name : sources.imageNames()) sources.image(name).ifPresent(reference -> all.put(name, mirrored(reference)));
        return all;
    }

    private String mirrored(String reference) {
        Optional<String> mirror = request.flavour().mirror().or(() -> request.target().flatMap(t -> t.mirror()))
                .or(() -> request.target().flatMap(t -> t.registry()));
        return mirror.map(host -> ImageReference.moved(reference, host)).orElse(reference);
    }

    private Optional<Object> componentRelease(String name, Place place) {
        String[] parts = name.split("\\.");
        Choice other = parts.length == 3 ? choices.get(parts[1]) : null;
        if (other == null || !parts[2].equals("release")) {
            problems.add(place, "unknown placeholder '" + name + "'",
                    other == null && parts.length > 1 ? Problems.suggest(parts[1], choices.keySet()) : "write ${components.NAME.release}");
            return Optional.empty();
        }
        return Optional.of(other.release());
    }

    private Optional<Object> targetVariable(String name, Place place, Optional<Object> otherwise) {
        Map<String, Object> variables = request.target().map(t -> t.variables()).orElse(Map.of());
        String key = name.substring("target.".length());
        if (variables.containsKey(key)) return Optional.of(variables.get(key));
        if (otherwise.isPresent()) return otherwise;
        // A remote target makes its buckets and roles itself; what it called them is known when it runs.
        if (request.target().filter(t -> t.provider().value().equals("eks")).isPresent()) return Optional.of("(known after start)");
        problems.add(place, "the target has no variable '" + key + "'", "add variables: {" + key + ": …} to the target file");
        return Optional.empty();
    }

    private Optional<Object> capability(String name, Place place, Scope scope, Optional<Object> otherwise) {
        int dot = name.indexOf('.');
        String capability = dot < 0 ? name : name.substring(0, dot);
        String attribute = dot < 0 ? "" : name.substring(dot + 1);
        Choice provider = choices.get(providers.getOrDefault(capability, ""));
        if (undecided.contains(capability)) return Optional.empty();
        if (provider == null) {
            if (otherwise.isPresent() && sources.catalog().capabilities().contains(capability)) return otherwise;
            Set<String> words = new TreeSet<>(Set.of("namespace", "release", "images", "components", "target", "storage_class"));
            words.addAll(sources.catalog().capabilities());
            problems.add(place, "unknown placeholder '" + name + "'", sources.catalog().capabilities().contains(capability)
                    ? "no component of this plan gives '" + capability + "'; add needs: [" + capability + "]"
                    : Problems.suggest(capability, words));
            return Optional.empty();
        }
        if (attribute.equals("secret") && accountSecret(scope.component, provider, capability).isPresent()) {
            return accountSecret(scope.component, provider, capability).map(secret -> secret);
        }
        Optional<Yaml.Mapping> exports = provider.recipe().mapping("exports").flatMap(e -> e.mapping(capability));
        Optional<Yaml> value = exports.flatMap(e -> e.get(attribute));
        if (value.isEmpty()) {
            if (otherwise.isPresent()) return otherwise;
            problems.add(place, provider.name() + " exports no '" + attribute + "' for " + capability,
                    exports.map(e -> Problems.suggest(attribute, e.entries().keySet())).orElse("it has no 'exports' for " + capability));
            return Optional.empty();
        }
        if (value.get() instanceof Yaml.Scalar scalar) return Optional.ofNullable(expand(scalar, scope.of(provider)).value());
        return Optional.of(value.get().plain());
    }

    /** No consumer sees the provider's own keys where the provider can make accounts. */
    static Optional<String> accountSecret(Choice consumer, Choice provider, String capability) {
        boolean makesAccounts = provider.recipe().mapping("accounts").flatMap(a -> a.mapping(capability)).isPresent();
        return makesAccounts && !consumer.name().equals(provider.name())
                ? Optional.of(consumer.name() + "-" + capability) : Optional.empty();
    }
}
