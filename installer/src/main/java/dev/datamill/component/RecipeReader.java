package dev.datamill.component;

import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Section;
import dev.datamill.config.Yaml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a recipe in its one form ({@link RecipeForm}), placeholders already resolved. */
public final class RecipeReader {

    public static final Set<String> KEYS = Set.of("needs", "after", "provides", "exports", "namespace", "timeout", "charts",
            "manifests", "secrets", "images", "buckets", "endpoints", "resources", "ready", "verify", "access", "accounts",
            "uninstall", "storage_class");
    /** What a file may write besides, for {@link RecipeForm} to move where it belongs. */
    public static final Set<String> SHORT_KEYS =
            Set.of("release", "chart", "config_file", "values", "version", "setup_timeout", "deployment_file");
    /** What only a flavour's section may say. */
    public static final Set<String> SECTION_KEYS = Set.of("config");
    public static final Set<String> CHART_KEYS = Set.of("release", "chart", "config_file", "values", "version");
    public static final Set<String> SOURCE_KEYS = Set.of("path", "repository", "name", "version", "digest", "oci", "git", "ref");
    public static final Set<String> ENDPOINT_KEYS = Set.of("service", "port", "scheme", "credentials");
    public static final Set<String> RESOURCE_KEYS = Set.of("cpu", "memory", "storage");
    public static final Set<String> READY_KEYS = Set.of("kind", "name", "condition", "field", "value");
    public static final Set<String> CHECK_KEYS =
            Set.of("name", "image", "command", "env", "timeout", "account", "service_account", "files");
    public static final Set<String> ENV_KEYS = Set.of("secret", "key");
    public static final Set<String> ACCOUNT_KEYS = Set.of("secret", "image", "command", "env");
    public static final Set<String> UNINSTALL_KEYS = Set.of("first", "keep");
    public static final Set<String> REF_KEYS = Set.of("kind", "name");

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern GENERATED = Pattern.compile("(random|hex)\\(\\s*(\\d+)\\s*\\)");
    private static final Pattern GRANT = Pattern.compile("grant\\(([a-z_]+)\\)");
    private static final Pattern CALL = Pattern.compile("[a-z]+\\(.*\\)");
    private static final Pattern QUANTITY = Pattern.compile("\\d+(\\.\\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?");
    private static final Pattern RELEASE = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?");

    private final Problems problems;

    public RecipeReader(Problems problems) {
        this.problems = problems;
    }

    public Recipe read(Component component, String file, Yaml.Mapping recipe, String projectNamespace) {
        Section keys = new Section("the recipe of " + component.name(), recipe, union(KEYS, SHORT_KEYS), problems);
        for (String key : SHORT_KEYS) {
            if (keys.has(key) && !key.equals("release")) {
                problems.add(keys.placeOf(key), component.name() + " has no chart that '" + key + "' could mean", "remove the key, or add 'chart'");
            }
        }
        Set<String> provides = new LinkedHashSet<>();
        keys.texts("provides").forEach(text -> provides.add(text.value()));
        return new Recipe(component.name(), file, recipe.place(), keys.texts("needs"), keys.texts("after"),
                keys.has("provides") ? provides : component.provides(), exports(keys),
                keys.text("namespace").orElse(projectNamespace), keys.duration("timeout").orElse(TIMEOUT),
                charts(keys, component.name()), keys.texts("manifests"), secrets(keys.mappings("secrets")), keys.texts("images"),
                keys.texts("buckets"), endpoints(keys), resources(keys), ready(keys), checks(keys), access(keys),
                accounts(keys), uninstall(keys));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    private Map<String, Map<String, Object>> exports(Section keys) {
        Map<String, Map<String, Object>> exports = new LinkedHashMap<>();
        keys.mappings("exports").forEach((capability, attributes) -> exports.put(capability, attributes.plain()));
        return exports;
    }

    private List<Recipe.Chart> charts(Section keys, String component) {
        List<Recipe.Chart> charts = new ArrayList<>();
        keys.mappings("charts").forEach((key, map) -> {
            Section chart = new Section("chart " + key, map, CHART_KEYS, problems);
            String release = chart.text("release").orElse(key);
            if (!RELEASE.matcher(release).matches()) {
                problems.add(chart.placeOf("release"), "'" + release + "' is no release name",
                        "use lower-case letters, digits and dashes, at most 53");
            }
            source(chart).ifPresent(source -> charts.add(new Recipe.Chart(release, source, map.place(),
                    chart.text("config_file").map(text -> new Located<>(text, chart.placeOf("config_file"))),
                    chart.mapping("values").orElse(Yaml.Mapping.empty(map.place())))));
        });
        return charts;
    }

    private Optional<ChartSource> source(Section chart) {
        Optional<Yaml.Mapping> map = chart.mapping("chart");
        if (map.isEmpty()) {
            chart.require("chart");
            return Optional.empty();
        }
        Section keys = new Section("chart", map.get(), SOURCE_KEYS, problems);
        Optional<String> version = chart.text("version").or(() -> keys.text("version"));
        if (keys.has("git")) {
            return Optional.of(new ChartSource.Git(needed(keys, "git"), needed(keys, "ref"), keys.text("path").orElse(".")));
        }
        if (keys.has("oci")) {
            return Optional.of(new ChartSource.Oci(needed(keys, "oci"), pinned(keys, version), keys.text("digest")));
        }
        if (keys.has("repository")) {
            return Optional.of(new ChartSource.Repository(needed(keys, "repository"), needed(keys, "name"),
                    pinned(keys, version), keys.text("digest")));
        }
        if (keys.has("path")) return Optional.of(new ChartSource.Folder(needed(keys, "path")));
        problems.add(keys.place(), "a chart needs path, repository, oci or git", "");
        return Optional.empty();
    }

    /** A chart that can change overnight is a platform that can break overnight. */
    private Optional<String> pinned(Section keys, Optional<String> version) {
        if (version.isEmpty()) problems.add(keys.place(), "a chart from elsewhere needs a version", "add version: 1.2.3");
        return version;
    }

    private static String needed(Section keys, String key) {
        keys.require(key);
        return keys.text(key).orElse("");
    }

    private Map<String, Map<String, SecretValue>> secrets(Map<String, Yaml.Mapping> written) {
        Map<String, Map<String, SecretValue>> secrets = new LinkedHashMap<>();
        written.forEach((name, map) -> secrets.put(name, secret(map, false)));
        return secrets;
    }

    private Map<String, SecretValue> secret(Yaml.Mapping map, boolean forAccounts) {
        Map<String, SecretValue> values = new LinkedHashMap<>();
        map.entries().forEach((key, entry) -> {
            if (entry.value() instanceof Yaml.Scalar scalar) values.put(key, secretValue(scalar.text(), scalar.place(), forAccounts));
            else problems.add(entry.value().place(), "the secret key '" + key + "' must be text, not " + entry.value().kind(), "");
        });
        return values;
    }

    private SecretValue secretValue(String text, Place place, boolean forAccounts) {
        if (forAccounts && text.equals("name()")) return new SecretValue.ConsumerName();
        Matcher granted = GRANT.matcher(text);
        if (forAccounts && granted.matches()) return new SecretValue.Granted(granted.group(1));
        Matcher generated = GENERATED.matcher(text);
        if (generated.matches()) {
            int length = generated.group(2).length() > 3 ? 0 : Integer.parseInt(generated.group(2));
            if (length < 8 || length > 256) {
                problems.add(place, "a generated secret has from 8 to 256 characters, not " + generated.group(2), "");
            }
            return generated.group(1).equals("hex") ? new SecretValue.Hex(length) : new SecretValue.Random(length);
        }
        if (CALL.matcher(text).matches()) {
            problems.add(place, "'" + text + "' is no way to make a secret",
                    "use random(20) or hex(40)" + (forAccounts ? ", name() or grant(KEY)" : ""));
        }
        return new SecretValue.Literal(text);
    }

    private Map<String, Recipe.Endpoint> endpoints(Section keys) {
        Map<String, Recipe.Endpoint> endpoints = new LinkedHashMap<>();
        keys.mappings("endpoints").forEach((name, map) -> {
            Section endpoint = new Section("endpoint " + name, map, ENDPOINT_KEYS, problems);
            endpoint.require("service");
            endpoint.require("port");
            endpoints.put(name, new Recipe.Endpoint(name, endpoint.text("service").orElse(""),
                    endpoint.number("port", 1, 65535).orElse(0), endpoint.text("scheme").orElse("http"), endpoint.text("credentials")));
        });
        return endpoints;
    }

    private Recipe.Resources resources(Section keys) {
        return keys.mapping("resources").map(map -> {
            Section resources = new Section("resources", map, RESOURCE_KEYS, problems);
            return new Recipe.Resources(quantity(resources, "cpu"), quantity(resources, "memory"), quantity(resources, "storage"));
        }).orElse(Recipe.Resources.NONE);
    }

    private Optional<String> quantity(Section keys, String key) {
        return keys.text(key).filter(text -> {
            if (QUANTITY.matcher(text).matches()) return true;
            problems.add(keys.placeOf(key), "'" + text + "' is no quantity", "write 250m, 2, 512Mi or 5Gi");
            return false;
        });
    }

    private List<Recipe.ReadyRule> ready(Section keys) {
        List<Recipe.ReadyRule> rules = new ArrayList<>();
        for (Yaml.Mapping map : keys.list("ready")) {
            Section rule = new Section("ready", map, READY_KEYS, problems);
            rule.require("kind");
            if (!rule.has("condition") && !rule.has("field")) rule.require("condition");
            rules.add(new Recipe.ReadyRule(rule.text("kind").orElse(""), rule.text("name"), rule.text("condition"),
                    rule.text("field"), rule.text("value")));
        }
        return rules;
    }

    private List<Recipe.Check> checks(Section keys) {
        List<Recipe.Check> checks = new ArrayList<>();
        for (Yaml.Mapping map : keys.list("verify")) {
            Section check = new Section("verify", map, CHECK_KEYS, problems);
            for (String key : List.of("name", "image", "command")) check.require(key);
            Map<String, String> files = new LinkedHashMap<>();
            check.textMap("files").forEach((name, file) -> files.put(name, file.value()));
            checks.add(new Recipe.Check(check.text("name").orElse(""), check.text("image").orElse(""), command(check), env(check),
                    check.duration("timeout").orElse(Duration.ofMinutes(5)), check.flag("account").orElse(false),
                    check.text("service_account"), files));
        }
        return checks;
    }

    private static List<String> command(Section keys) {
        return keys.texts("command").stream().map(Located::value).toList();
    }

    private Map<String, EnvValue> env(Section keys) {
        Map<String, EnvValue> env = new LinkedHashMap<>();
        keys.mapping("env").ifPresent(map -> map.entries().forEach((name, entry) -> {
            if (entry.value() instanceof Yaml.Mapping reference) {
                Section from = new Section("env " + name, reference, ENV_KEYS, problems);
                from.require("secret");
                from.require("key");
                env.put(name, new EnvValue.FromSecret(from.text("secret").orElse(""), from.text("key").orElse("")));
            } else if (entry.value() instanceof Yaml.Scalar scalar) {
                env.put(name, new EnvValue.Text(scalar.text()));
            } else {
                problems.add(entry.value().place(), "env '" + name + "' must be text or {secret, key}", "");
            }
        }));
        return env;
    }

    private Map<String, Map<String, List<String>>> access(Section keys) {
        Map<String, Map<String, List<String>>> access = new LinkedHashMap<>();
        keys.mappings("access").forEach((capability, map) -> {
            Section grants = new Section("access " + capability, map, map.entries().keySet(), problems);
            Map<String, List<String>> lists = new LinkedHashMap<>();
            for (String grant : map.entries().keySet()) {
                lists.put(grant, grants.texts(grant).stream().map(Located::value).toList());
            }
            access.put(capability, lists);
        });
        return access;
    }

    private Map<String, Recipe.AccountRule> accounts(Section keys) {
        Map<String, Recipe.AccountRule> accounts = new LinkedHashMap<>();
        keys.mappings("accounts").forEach((capability, map) -> {
            Section rule = new Section("accounts " + capability, map, ACCOUNT_KEYS, problems);
            for (String key : ACCOUNT_KEYS) if (!key.equals("env")) rule.require(key);
            accounts.put(capability, new Recipe.AccountRule(rule.mapping("secret").map(secret -> secret(secret, true)).orElse(Map.of()),
                    rule.text("image").orElse(""), command(rule), env(rule)));
        });
        return accounts;
    }

    private Recipe.Uninstall uninstall(Section keys) {
        return keys.mapping("uninstall").map(map -> {
            Section rule = new Section("uninstall", map, UNINSTALL_KEYS, problems);
            List<Recipe.ResourceRef> first = new ArrayList<>();
            for (Yaml.Mapping ref : rule.list("first")) {
                Section which = new Section("uninstall.first", ref, REF_KEYS, problems);
                which.require("kind");
                first.add(new Recipe.ResourceRef(which.text("kind").orElse(""), which.text("name")));
            }
            return new Recipe.Uninstall(first, rule.texts("keep").stream().map(Located::value).toList());
        }).orElse(Recipe.Uninstall.PLAIN);
    }
}
