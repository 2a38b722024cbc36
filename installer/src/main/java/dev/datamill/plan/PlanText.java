package dev.datamill.plan;

import dev.datamill.component.ChartSource;
import dev.datamill.component.Recipe;
import dev.datamill.config.Located;
import dev.datamill.target.Target;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A plan for a person to read: each component with all that is made for it, in the order it may start. */
public final class PlanText {

    private static final int LONGEST_VALUE = 100;

    private final Plan plan;
    private final PlanChanges changes;
    private final boolean verbose;
    private final StringBuilder out = new StringBuilder();

    private PlanText(Plan plan, PlanChanges changes, boolean verbose) {
        this.plan = plan;
        this.changes = changes;
        this.verbose = verbose;
    }

    /** @param verbose with every value and where it was written */
    public static String of(Plan plan, PlanChanges changes, boolean verbose) {
        return new PlanText(plan, changes, verbose).text();
    }

    private String text() {
        line("flavour %s → namespace %s, %s".formatted(plan.flavour(), plan.namespace(),
                plan.target().map(PlanText::target).orElse("no target chosen")));
        int number = 0;
        for (Plan.Planned component : plan.components()) {
            line("");
            number++;
            component(number, component);
        }
        data();
        line("");
        line(total());
        for (String orphan : changes.orphans()) line("orphan: " + orphan + " (in the cluster, no longer in this flavour; --prune removes it)");
        for (String note : plan.notes()) line("note: " + note);
        return out.toString();
    }

    private static String target(Target target) {
        return target.location() + " target " + target.name() + " (" + target.provider().value() + ", " + target.file() + ")";
    }

    private void component(int number, Plan.Planned component) {
        String change = changes.of(component.name());
        line("%d. %s — %s, %s%s".formatted(number, component.name(), component.recipe(), component.reason(),
                change.equals("unknown") ? "" : ", " + change));
        if (!component.needs().isEmpty()) row("after", String.join(", ", component.needs()));
        List<String> soft = component.after().stream().filter(a -> !component.needs().contains(a)).toList();
        if (!soft.isEmpty()) row("also after", String.join(", ", soft));
        for (Step step : plan.stepsOf(component.name())) step(step);
        component.content().secrets().forEach((name, keys) -> row("secret", name + ": " + String.join(", ", keys.keySet())));
        for (Plan.Release release : component.releases()) release(component, release);
        component.content().endpoints().values().forEach(endpoint -> row("endpoint", endpoint.name() + " "
                + address(component, endpoint) + endpoint.credentials().map(s -> ", credentials in " + s).orElse("")));
        resources(component.content().resources());
    }

    private void step(Step step) {
        if (step instanceof Step.EnsureBucket bucket && !bucket.component().equals(bucket.lake().component())) {
            row("bucket", bucket.bucket() + " at " + bucket.lake().component());
        } else if (step instanceof Step.EnsureAccount account) {
            List<String> grants = new ArrayList<>();
            account.grants().entrySet().stream().filter(g -> !g.getValue().isEmpty()).sorted(Map.Entry.comparingByKey())
                    .forEach(g -> grants.add(g.getKey() + " " + String.join(", ", g.getValue())));
            row("account", account.capability() + " at " + account.provider() + " in secret " + account.secret()
                    + (grants.isEmpty() ? "" : ": " + String.join("; ", grants)));
        } else if (step instanceof Step.ProvideImage image) {
            row("image", image.reference());
        } else if (step instanceof Step.ApplyManifests manifests) {
            List<String> objects = manifests.objects().stream().map(PlanText::object).toList();
            row("manifests", String.join(", ", objects));
        } else if (step instanceof Step.AwaitReady await && !await.rules().isEmpty()) {
            row("ready when", String.join(", ", await.rules().stream().map(PlanText::rule).toList()));
        }
    }

    private static String object(Map<String, Object> object) {
        Object name = object.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("name") : "?";
        return object.get("kind") + "/" + name;
    }

    private static String rule(Recipe.ReadyRule rule) {
        return rule.kind() + rule.name().map(name -> "/" + name).orElse("") + " is "
                + rule.condition().orElseGet(() -> rule.field().orElse("?") + "=" + rule.value().orElse("true"));
    }

    private void release(Plan.Planned component, Plan.Release release) {
        String where = component.content().namespace().equals(plan.namespace()) ? "" : " in namespace " + component.content().namespace();
        row("release", release.name() + where + ": " + chart(release));
        if (!verbose) return;
        for (Map.Entry<String, Located<String>> origin : release.origins().entrySet()) {
            String value = origin.getValue().value();
            line("       %s: %s  ← %s".formatted(origin.getKey(),
                    value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "…" : value, origin.getValue().place().brief()));
        }
    }

    private static String chart(Plan.Release release) {
        if (release.source() instanceof ChartSource.Folder folder) return folder.path() + " " + release.chartVersion();
        return release.chartName() + " " + release.chartVersion() + " from " + release.source().shown();
    }

    static String address(Plan.Planned component, Recipe.Endpoint endpoint) {
        return endpoint.scheme() + "://" + endpoint.service() + "." + component.content().namespace() + ":" + endpoint.port();
    }

    private void resources(Recipe.Resources resources) {
        List<String> parts = new ArrayList<>();
        resources.cpu().ifPresent(cpu -> parts.add("cpu " + cpu));
        resources.memory().ifPresent(memory -> parts.add("memory " + memory));
        resources.storage().ifPresent(storage -> parts.add("storage " + storage));
        if (!parts.isEmpty()) row("asks for", String.join(", ", parts));
    }

    private void data() {
        List<String> buckets = plan.steps().stream().filter(Step.UploadFolder.class::isInstance)
                .map(step -> ((Step.UploadFolder) step).bucket()).toList();
        if (buckets.isEmpty()) return;
        line("");
        line("data folder → buckets: " + String.join(", ", buckets));
    }

    private String total() {
        Quantities sum = Quantities.sum(plan.components().stream().map(c -> c.content().resources()).toList());
        int releases = plan.components().stream().mapToInt(c -> c.releases().size()).sum();
        return "%s, %s; asks for cpu %s, memory %s, storage %s".formatted(counted(plan.components().size(), "component"),
                counted(releases, "release"), sum.cpu(), sum.memory(), sum.storage());
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void row(String name, String value) {
        line("     %-11s%s".formatted(name, value));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
