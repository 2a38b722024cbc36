package dev.datamill.plan;

import dev.datamill.component.ChartSource;
import dev.datamill.component.EnvValue;
import dev.datamill.component.Recipe;
import dev.datamill.component.SecretValue;
import dev.datamill.config.Located;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes down, for components that are decided, the steps and which step waits for which. */
final class StepMaker {

    private final Request request;
    private final Map<String, Plan.Planned> planned = new LinkedHashMap<>();
    private final Map<String, String> providers;
    private final Sources sources;
    private final Placeholders placeholders;
    private final Problems problems;
    private final List<String> notes;
    private final Map<String, Step> steps = new LinkedHashMap<>();

    StepMaker(Request request, List<Plan.Planned> planned, Map<String, String> providers, Sources sources,
              Placeholders placeholders, Problems problems, List<String> notes) {
        this.request = request;
        planned.forEach(p -> this.planned.put(p.name(), p));
        this.providers = providers;
        this.sources = sources;
        this.placeholders = placeholders;
        this.problems = problems;
        this.notes = notes;
    }

    List<Step> steps(List<Choice> choices) {
        for (Choice choice : choices) component(choice, choices);
        data();
        return List.copyOf(steps.values());
    }

    private void component(Choice choice, List<Choice> choices) {
        Plan.Planned component = planned.get(choice.name());
        Recipe recipe = component.content();
        String namespace = namespace(recipe.namespace());
        Set<String> before = new LinkedHashSet<>();
        component.needs().forEach(need -> before.add(ready(need)));
        component.after().forEach(soft -> before.add(ready(soft)));

        Set<String> prepared = new LinkedHashSet<>(before);
        prepared.add(namespace);
        for (String image : component.images()) sources.image(image).ifPresent(reference -> prepared.add(image(choice.name(), image, reference)));
        recipe.secrets().forEach((name, keys) -> prepared.add(secret(choice.name(), recipe.namespace(), name, keys, namespace)));
        for (Located<String> bucket : recipe.buckets()) bucket(choice.name(), bucket).ifPresent(prepared::add);
        prepared.addAll(accounts(choice, choices, recipe, namespace));

        Set<String> last = prepared;
        for (Plan.Release release : component.releases()) {
            Set<String> needs = new LinkedHashSet<>(last);
            if (!(release.source() instanceof ChartSource.Folder)) needs.add(fetch(choice.name(), release.source()));
            String id = choice.name() + "/release/" + release.name();
            add(new Step.ReleaseChart(id, choice.name(), recipe.namespace(), release.name(), release.source(), release.forHelm(),
                    recipe.timeout(), needs));
            last = Set.of(id);
        }
        List<Map<String, Object>> objects = manifests(choice, recipe);
        if (!objects.isEmpty()) {
            String id = choice.name() + "/manifests";
            Set<String> needs = new LinkedHashSet<>(last);
            if (!component.releases().isEmpty()) {
                // An operator's webhooks and controllers must answer before its first custom resource.
                String operator = choice.name() + "/operator-ready";
                add(new Step.AwaitReady(operator, choice.name(), recipe.namespace(),
                        component.releases().stream().map(Plan.Release::name).toList(), List.of(), recipe.timeout(), last));
                needs = Set.of(operator);
            }
            add(new Step.ApplyManifests(id, choice.name(), recipe.namespace(), objects, needs));
            last = Set.of(id);
        }
        add(new Step.AwaitReady(ready(choice.name()), choice.name(), recipe.namespace(),
                component.releases().stream().map(Plan.Release::name).toList(), recipe.ready(), recipe.timeout(), last));
    }

    private static String ready(String component) {
        return component + "/ready";
    }

    private String namespace(String name) {
        String id = "namespace/" + name;
        add(new Step.EnsureNamespace(id, name, Set.of()));
        return id;
    }

    private String image(String component, String image, String reference) {
        String id = "image/" + image;
        add(new Step.ProvideImage(id, component, image, reference, Set.of()));
        return id;
    }

    private String fetch(String component, ChartSource source) {
        String id = "chart/" + source.shown() + (source instanceof ChartSource.Repository r ? "/" + r.name() : "")
                + source.version().map(v -> "@" + v).orElse("");
        add(new Step.FetchChart(id, component, source, Set.of()));
        return id;
    }

    private String secret(String component, String namespace, String name, Map<String, SecretValue> keys, String after) {
        String id = component + "/secret/" + name;
        add(new Step.EnsureSecret(id, component, namespace, name, keys, Set.of(after)));
        return id;
    }

    private Optional<String> bucket(String component, Located<String> bucket) {
        Optional<Step.Lake> lake = lake();
        if (lake.isEmpty() && !placeholders.undecided("s3")) {
            problems.add(bucket.place(), component + " wants the bucket '" + bucket.value() + "', but no component gives s3",
                    "add needs: [s3]");
        }
        if (lake.isEmpty()) return Optional.empty();
        BucketNames.problem(bucket.value()).ifPresent(wrong -> problems.add(bucket.place(), "'" + bucket.value() + "' is no bucket name: " + wrong, ""));
        String id = "bucket/" + bucket.value();
        add(new Step.EnsureBucket(id, component, lake.get(), bucket.value(), Set.of(ready(lake.get().component()))));
        // The provider's own buckets come once it is up; it cannot wait for them.
        return component.equals(lake.get().component()) ? Optional.empty() : Optional.of(id);
    }

    /** An account of its own at each provider that makes accounts, for each capability the component uses. */
    private Set<String> accounts(Choice choice, List<Choice> choices, Recipe recipe, String namespace) {
        Set<String> ids = new LinkedHashSet<>();
        for (String capability : providers.keySet()) {
            String providerName = providers.get(capability);
            boolean uses = recipe.access().containsKey(capability)
                    || choice.needs().keySet().stream().anyMatch(need -> need.equals(capability) || need.equals(providerName));
            Choice provider = choices.stream().filter(c -> c.name().equals(providerName)).findFirst().orElseThrow();
            Optional<String> secret = Placeholders.accountSecret(choice, provider, capability);
            Recipe.AccountRule rule = planned.get(providerName).content().accounts().get(capability);
            if (!uses || secret.isEmpty() || rule == null) continue;
            String secretStep = secret(choice.name(), recipe.namespace(), secret.get(), named(rule, choice.name(), recipe.access().get(capability)), namespace);
            Set<String> needs = new LinkedHashSet<>(Set.of(secretStep, ready(providerName)));
            recipe.buckets().forEach(bucket -> needs.add("bucket/" + bucket.value()));
            sources.image(rule.image()).ifPresent(reference -> needs.add(image(providerName, rule.image(), reference)));
            String id = choice.name() + "/account/" + capability;
            add(new Step.EnsureAccount(id, choice.name(), recipe.namespace(), providerName, capability, secret.get(),
                    sources.image(rule.image()).orElse(rule.image()), rule.command(), rule.env(),
                    grants(recipe, capability), needs));
            ids.add(id);
        }
        return ids;
    }

    /** The rule's keys for one consumer: its name and what it asked for are filled in, the rest is generated. */
    private static Map<String, SecretValue> named(Recipe.AccountRule rule, String consumer, Map<String, List<String>> access) {
        Map<String, SecretValue> keys = new LinkedHashMap<>();
        rule.secret().forEach((key, value) -> keys.put(key,
                value instanceof SecretValue.ConsumerName ? new SecretValue.Literal(consumer)
                : value instanceof SecretValue.Granted granted ? new SecretValue.Literal(first(access, granted.key(), consumer))
                : value));
        return keys;
    }

    private static String first(Map<String, List<String>> access, String key, String otherwise) {
        return Optional.ofNullable(access).map(a -> a.get(key)).flatMap(list -> list.stream().findFirst()).orElse(otherwise);
    }

    private static Map<String, List<String>> grants(Recipe recipe, String capability) {
        Map<String, List<String>> written = recipe.access().get(capability);
        if (written != null) return written;
        List<String> own = recipe.buckets().stream().map(Located::value).toList();
        return capability.equals("s3") ? Map.of("read", own, "write", own) : Map.of();
    }

    private List<Map<String, Object>> manifests(Choice choice, Recipe recipe) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Located<String> file : recipe.manifests()) {
            for (Yaml.Mapping object : sources.manifest(choice.name(), file).orElse(List.of())) {
                if (object.get("kind").isEmpty() || object.get("apiVersion").isEmpty()) {
                    problems.add(object.place(), "a manifest needs apiVersion and kind", "");
                }
                objects.add(placeholders.expand(object, choice).plain());
            }
        }
        return objects;
    }

    private Optional<Step.Lake> lake() {
        String provider = providers.get("s3");
        if (provider == null || !planned.containsKey(provider)) return Optional.empty();
        Recipe recipe = planned.get(provider).content();
        Map<String, Object> s3 = recipe.exports().getOrDefault("s3", Map.of());
        return Optional.of(new Step.Lake(provider, recipe.namespace(), text(s3, "endpoint"), text(s3, "region"), text(s3, "secret"),
                !Boolean.FALSE.equals(s3.get("path_style"))));
    }

    private static String text(Map<String, Object> map, String key) {
        return map.get(key) == null ? "" : String.valueOf(map.get(key));
    }

    private void data() {
        if (!request.only().isEmpty()) return;
        List<Sources.DataBucket> folders = sources.data();
        if (folders.isEmpty()) return;
        Optional<Step.Lake> lake = lake();
        if (lake.isEmpty()) {
            notes.add("no component gives s3: the data folder is not replicated");
            return;
        }
        for (Sources.DataBucket folder : folders) {
            String bucket = "bucket/" + folder.name();
            add(new Step.EnsureBucket(bucket, lake.get().component(), lake.get(), folder.name(), Set.of(ready(lake.get().component()))));
            add(new Step.UploadFolder("data/" + folder.name(), lake.get().component(), lake.get(), folder.name(), folder.folder(), Set.of(bucket)));
        }
    }

    private void add(Step step) {
        steps.putIfAbsent(step.id(), step);
    }
}
