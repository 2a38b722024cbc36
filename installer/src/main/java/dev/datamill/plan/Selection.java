package dev.datamill.plan;

import dev.datamill.component.Catalog;
import dev.datamill.component.Component;
import dev.datamill.component.RecipeForm;
import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.flavour.Flavour;
import dev.datamill.target.Location;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which components take part and in which order: the listed ones, what they need, the recipe of each, and
 * the provider of each capability.
 */
final class Selection {

    private final Request request;
    private final Flavour flavour;
    private final Sources sources;
    private final Catalog catalog;
    private final Problems problems;
    private final Map<String, Located<Yaml.Mapping>> sections = new LinkedHashMap<>();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final Map<String, String> providerOf = new LinkedHashMap<>();
    private final Set<String> ambiguous = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();

    private record Pending(Component component, RecipeChoice file, Yaml.Mapping recipe, String reason, Place place) {
    }

    private record RecipeChoice(String file, Place askedAt) {
    }

    Selection(Request request, Sources sources, Problems problems) {
        this.request = request;
        this.flavour = request.flavour();
        this.sources = sources;
        this.catalog = sources.catalog();
        this.problems = problems;
    }

    /** The choices in the order in which they may start; empty when a loop or a missing part forbids one. */
    List<Choice> decide() {
        readSections();
        for (Located<String> name : listed()) {
            Optional<Component> component = component(name);
            component.ifPresent(c -> {
                if (!pending.containsKey(c.name())) choose(c, "listed", name.place());
                else problems.add(name.place(), name.value().equals(c.name()) ? "the component '" + name.value() + "' is listed twice"
                        : "'" + name.value() + "' is " + c.name() + ", which is listed already", "keep one of them");
            });
        }
        Map<String, Map<String, String>> needs = new LinkedHashMap<>();
        ArrayDeque<String> unresolved = new ArrayDeque<>(pending.keySet());
        while (!unresolved.isEmpty()) {
            Pending one = pending.get(unresolved.poll());
            Set<String> before = new LinkedHashSet<>(pending.keySet());
            needs.put(one.component.name(), resolveNeeds(one));
            pending.keySet().stream().filter(name -> !before.contains(name)).forEach(unresolved::add);
        }
        checkDefaultFiles();
        warnAboutLaptopRecipes();
        return ordered(needs);
    }

    /** Capabilities about which a problem is reported already. */
    Set<String> undecided() {
        return Set.copyOf(ambiguous);
    }

    List<String> notes() {
        return notes;
    }

    /** Which component gives each capability in this plan. */
    Map<String, String> providers() {
        Map<String, String> all = new LinkedHashMap<>();
        Set<String> capabilities = new TreeSet<>();
        pending.values().forEach(p -> capabilities.addAll(provides(p)));
        for (String capability : capabilities) provider(capability).ifPresent(name -> all.put(capability, name));
        return all;
    }

    // --- which components -------------------------------------------------------------------------------------

    private List<Located<String>> listed() {
        if (!request.only().isEmpty()) return request.only();
        if (!flavour.selectsAll()) return flavour.selected().orElseThrow();
        Place place = flavour.namespace().place();
        Set<String> chosen = new LinkedHashSet<>();
        flavour.providers().values().forEach(chosenName -> catalog.find(chosenName.value()).ifPresent(c -> chosen.add(c.name())));
        return catalog.all().stream().filter(c -> !c.onlyWhenChosen() || chosen.contains(c.name()))
                .map(c -> new Located<>(c.name(), place)).toList();
    }

    private Optional<Component> component(Located<String> name) {
        Optional<Component> found = catalog.find(name.value());
        if (found.isEmpty()) {
            if (Catalog.wasInTheOriginal(name.value())) {
                problems.add(name.place(), "the component '" + name.value() + "' of the original Data-Mill is not part of this one",
                        "remove it, or add a folder components/" + name.value() + " for it");
            } else {
                problems.add(name.place(), "there is no component '" + name.value() + "'", Problems.suggest(name.value(), catalog.words()));
            }
        }
        return found;
    }

    private void readSections() {
        flavour.sections().forEach((name, entry) -> {
            Optional<Component> component = catalog.find(name);
            if (component.isEmpty()) {
                if (Catalog.wasInTheOriginal(name)) {
                    component(new Located<>(name, entry.keyPlace()));
                } else {
                    Set<String> words = new TreeSet<>(catalog.words());
                    words.addAll(Set.of("project", "local", "remote"));
                    problems.add(entry.keyPlace(), "unknown section '" + name + "'", Problems.suggest(name, words));
                }
            } else if (entry.value() instanceof Yaml.Mapping map) {
                if (sections.put(component.get().name(), new Located<>(map, entry.keyPlace())) != null) {
                    problems.add(entry.keyPlace(), "'" + name + "' is " + component.get().name() + ", which has a section already",
                            "put both into one");
                }
            } else if (!(entry.value() instanceof Yaml.Scalar scalar && scalar.isNull())) {
                problems.add(entry.value().place(), "the section '" + name + "' must be a map, not " + entry.value().kind(), "");
            }
        });
    }

    // --- which recipe -----------------------------------------------------------------------------------------

    private void choose(Component component, String reason, Place place) {
        RecipeChoice choice = recipeFile(component);
        Optional<Yaml.Mapping> recipe = sources.recipe(component.name(), choice.file, choice.askedAt);
        Yaml.Mapping section = Optional.ofNullable(sections.get(component.name())).map(Located::value)
                .orElse(Yaml.Mapping.empty(place));
        pending.put(component.name(), new Pending(component, choice,
                RecipeForm.merge(component.name(), recipe.orElse(Yaml.Mapping.empty(place)), section, problems), reason, place));
    }

    /** The first that exists: the section's own, the flavour's name, the target's default, the flavour's, config.yaml. */
    private RecipeChoice recipeFile(Component component) {
        Located<Yaml.Mapping> section = sections.get(component.name());
        if (section != null && section.value().get("config").isPresent()) {
            Yaml config = section.value().get("config").get();
            return new RecipeChoice(String.valueOf(config.plain()), config.place());
        }
        String flavourFile = Path.of(flavour.file()).getFileName().toString();
        if (sources.hasRecipe(component.name(), flavourFile)) return new RecipeChoice(flavourFile, Place.of(flavour.file()));
        List<Located<String>> defaults = new ArrayList<>();
        request.target().ifPresent(target -> defaults.addAll(target.componentDefaults()));
        defaults.addAll(flavour.componentDefaults());
        for (Located<String> file : defaults) {
            if (sources.hasRecipe(component.name(), file.value())) return new RecipeChoice(file.value(), file.place());
        }
        return new RecipeChoice("config.yaml", Place.of(flavour.file()));
    }

    private void checkDefaultFiles() {
        List<Located<String>> defaults = new ArrayList<>(flavour.componentDefaults());
        request.target().ifPresent(target -> defaults.addAll(target.componentDefaults()));
        Set<String> unknown = new TreeSet<>();
        for (Located<String> file : defaults) {
            if (catalog.names().stream().noneMatch(name -> sources.hasRecipe(name, file.value())) && unknown.add(file.value())) {
                problems.add(file.place(), "no component has a recipe '" + file.value() + "'",
                        "name a file that stands in a component's folder, such as config.yaml");
            }
        }
        List<Located<String>> own = flavour.componentDefaults();
        if (own.isEmpty() || own.stream().anyMatch(file -> unknown.contains(file.value()))) return;
        if (own.stream().noneMatch(file -> pending.keySet().stream().anyMatch(name -> sources.hasRecipe(name, file.value())))) {
            problems.add(own.get(0).place(), "no selected component has a recipe '" + own.get(0).value() + "'",
                    "remove the key, or select a component that has one");
        }
    }

    private void warnAboutLaptopRecipes() {
        if (request.target().isEmpty() || request.target().get().location() != Location.REMOTE) return;
        pending.values().stream().filter(p -> p.file.file.equals("config.yaml")).map(p -> p.component.name()).forEach(name ->
                notes.add(name + " goes to a remote cluster with its laptop recipe config.yaml"));
    }

    // --- what is needed ---------------------------------------------------------------------------------------

    private Map<String, String> resolveNeeds(Pending one) {
        Map<String, String> resolved = new LinkedHashMap<>();
        for (Located<String> need : texts(one.recipe, "needs")) {
            resolve(one, need).ifPresent(component -> resolved.put(need.value(), component));
        }
        return resolved;
    }

    private Optional<String> resolve(Pending one, Located<String> need) {
        Optional<Component> byName = catalog.find(need.value());
        if (byName.isPresent()) {
            addNeeded(byName.get(), one, need, need.value());
            return byName.map(Component::name);
        }
        if (ambiguous.contains(need.value())) return Optional.empty();
        Optional<String> selected = provider(need.value());
        if (selected.isPresent() || ambiguous.contains(need.value())) return selected;
        List<Component> candidates = catalog.providers(need.value()).stream().filter(c -> !c.onlyWhenChosen()).toList();
        if (candidates.size() == 1) {
            addNeeded(candidates.get(0), one, need, need.value());
            return Optional.of(candidates.get(0).name());
        }
        if (candidates.isEmpty()) {
            Set<String> words = new TreeSet<>(catalog.words());
            words.addAll(catalog.capabilities());
            ambiguous.add(need.value());
            problems.add(need.place(), one.component.name() + " needs '" + need.value() + "', which no component gives",
                    Problems.suggest(need.value(), words));
        } else {
            String names = String.join(" and ", candidates.stream().map(Component::name).toList());
            problems.add(need.place(), one.component.name() + " needs '" + need.value() + "', which " + names + " give",
                    "list one of them, or choose with project.providers: {" + need.value() + ": " + candidates.get(0).name() + "}");
            ambiguous.add(need.value());
        }
        return Optional.empty();
    }

    private void addNeeded(Component component, Pending by, Located<String> need, String what) {
        if (pending.containsKey(component.name())) return;
        String reason = what.equals(component.name()) ? by.component.name() + " needs it" : by.component.name() + " needs " + what;
        choose(component, reason, need.place());
    }

    /** The component that gives a capability: the chosen one, else the only one that takes part. */
    private Optional<String> provider(String capability) {
        String known = providerOf.get(capability);
        if (known != null) return Optional.of(known);
        Located<String> chosen = flavour.providers().get(capability);
        if (chosen != null) {
            Optional<Component> component = component(chosen);
            if (component.isPresent() && !component.get().provides().contains(capability)) {
                problems.add(chosen.place(), component.get().name() + " does not give '" + capability + "'",
                        "choose from " + String.join(", ", catalog.providers(capability).stream().map(Component::name).toList()));
                component = Optional.empty();
            }
            component.ifPresent(c -> {
                providerOf.put(capability, c.name());
                if (!pending.containsKey(c.name())) choose(c, "chosen for " + capability, chosen.place());
            });
            if (component.isEmpty()) ambiguous.add(capability);
            return component.map(Component::name);
        }
        List<String> giving = pending.values().stream().filter(p -> provides(p).contains(capability))
                .map(p -> p.component.name()).toList();
        if (giving.size() == 1) {
            return Optional.of(giving.get(0));
        }
        if (giving.size() > 1 && ambiguous.add(capability)) {
            problems.add(pending.get(giving.get(1)).place, String.join(" and ", giving) + " both give '" + capability + "'",
                    "choose with project.providers: {" + capability + ": " + giving.get(0) + "}");
        }
        return Optional.empty();
    }

    private static Set<String> provides(Pending one) {
        if (one.recipe.get("provides").isEmpty()) return one.component.provides();
        Set<String> provides = new LinkedHashSet<>();
        texts(one.recipe, "provides").forEach(text -> provides.add(text.value()));
        return provides;
    }

    // --- in which order ---------------------------------------------------------------------------------------

    private List<Choice> ordered(Map<String, Map<String, String>> needs) {
        Graph graph = new Graph();
        ranked(needs).forEach(graph::add);
        List<Choice> choices = new ArrayList<>();
        for (Pending one : pending.values()) {
            String name = one.component.name();
            Set<String> after = new LinkedHashSet<>();
            for (Located<String> soft : texts(one.recipe, "after")) softTarget(soft).ifPresent(after::add);
            after.remove(name);
            choices.add(new Choice(one.component, one.file.file, one.recipe, one.reason, one.place, needs.get(name), after, provides(one)));
            needs.get(name).values().forEach(before -> graph.edge(name, before));
            after.forEach(before -> graph.edge(name, before));
        }
        if (flavour.sequential()) chain(graph);
        Optional<List<String>> order = graph.order();
        if (order.isEmpty()) {
            List<String> loop = graph.loop();
            problems.add(pending.get(loop.get(0)).recipe.place(), "the components wait for each other: " + String.join(" → ", loop),
                    flavour.sequential() ? "list them in the order of their needs, or remove 'sequential'" : "remove one of these needs");
            return List.of();
        }
        Map<String, Choice> byName = new LinkedHashMap<>();
        choices.forEach(choice -> byName.put(choice.name(), choice));
        return order.get().stream().map(byName::get).toList();
    }

    /** The listed order, each added component just before the first one that needs it. */
    private List<String> ranked(Map<String, Map<String, String>> needs) {
        Set<String> ranked = new LinkedHashSet<>();
        for (Pending one : pending.values()) rank(one.component.name(), needs, ranked, new LinkedHashSet<>());
        return List.copyOf(ranked);
    }

    private void rank(String name, Map<String, Map<String, String>> needs, Set<String> ranked, Set<String> path) {
        if (ranked.contains(name) || !path.add(name)) return;
        for (String need : needs.get(name).values()) {
            if (!pending.get(need).reason.equals("listed")) rank(need, needs, ranked, path);
        }
        ranked.add(name);
    }

    private Optional<String> softTarget(Located<String> soft) {
        Optional<Component> byName = catalog.find(soft.value());
        if (byName.isPresent()) return byName.map(Component::name).filter(pending::containsKey);
        if (!catalog.capabilities().contains(soft.value())) {
            Set<String> words = new TreeSet<>(catalog.words());
            words.addAll(catalog.capabilities());
            problems.add(soft.place(), "'after' names '" + soft.value() + "', which is no component and no capability",
                    Problems.suggest(soft.value(), words));
        }
        return ambiguous.contains(soft.value()) ? Optional.empty() : provider(soft.value());
    }

    private void chain(Graph graph) {
        String before = null;
        for (Located<String> name : listed()) {
            Optional<Component> component = catalog.find(name.value());
            if (component.isEmpty()) continue;
            if (before != null) graph.edge(component.get().name(), before);
            before = component.get().name();
        }
    }

    private static List<Located<String>> texts(Yaml.Mapping map, String key) {
        Optional<Yaml> value = map.get(key);
        if (value.isEmpty()) return List.of();
        List<Yaml> items = value.get() instanceof Yaml.Sequence list ? list.items() : List.of(value.get());
        return items.stream().filter(Yaml.Scalar.class::isInstance)
                .map(item -> new Located<>(((Yaml.Scalar) item).text(), item.place())).toList();
    }
}
