package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The environment by which a program in a pod finds what the platform gives: addresses as text, credentials by
 * reference. Credentials are those of one consumer; a provider's own are used only by itself, or where it makes no
 * accounts.
 */
final class CapabilityEnvironment {

    private final Plan plan;
    private final String consumer;
    private final BiPredicate<String, String> there;
    private final Map<String, EnvValue> env = new LinkedHashMap<>();

    /**
     * @param consumer the component whose accounts are used
     * @param there whether a provider, by its name, and a Secret of its, if any is meant, are in the cluster
     */
    private CapabilityEnvironment(Plan plan, String consumer, BiPredicate<String, String> there) {
        this.plan = plan;
        this.consumer = consumer;
        this.there = there;
    }

    static Map<String, EnvValue> of(Plan plan, String consumer, BiPredicate<String, String> there) {
        return new CapabilityEnvironment(plan, consumer, there).all();
    }

    static Map<String, EnvValue> of(Plan plan, String consumer) {
        return of(plan, consumer, (provider, secret) -> true);
    }

    private Map<String, EnvValue> all() {
        env.put("POD_NAMESPACE", new EnvValue.Text(plan.namespace()));
        text("s3", "endpoint", "S3_ENDPOINT", "AWS_ENDPOINT_URL_S3");
        text("s3", "region", "AWS_REGION");
        secret("s3", Map.of("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"));
        text("jdbc", "host", "PGHOST");
        text("jdbc", "port", "PGPORT");
        secret("jdbc", Map.of("PGUSER", "username", "PGPASSWORD", "password", "PGDATABASE", "database"));
        text("kafka", "bootstrap", "KAFKA_BOOTSTRAP_SERVERS");
        text("dask", "scheduler", "DASK_SCHEDULER_ADDRESS");
        text("spark", "master", "SPARK_MASTER");
        return env;
    }

    private void text(String capability, String attribute, String... names) {
        Optional<Object> value = provider(capability).map(p -> p.content().exports().get(capability).get(attribute));
        for (String name : names) value.ifPresent(v -> env.put(name, new EnvValue.Text(String.valueOf(v))));
    }

    private void secret(String capability, Map<String, String> keys) {
        Optional<String> secret = account(capability).map(Step.EnsureAccount::secret).or(() -> provider(capability)
                .filter(p -> p.name().equals(consumer) || !p.content().accounts().containsKey(capability))
                .map(p -> (String) p.content().exports().get(capability).get("secret")));
        secret.filter(name -> there.test("", name))
                .ifPresent(name -> keys.forEach((variable, key) -> env.put(variable, new EnvValue.FromSecret(name, key))));
    }

    private Optional<Step.EnsureAccount> account(String capability) {
        return plan.steps().stream().filter(Step.EnsureAccount.class::isInstance).map(Step.EnsureAccount.class::cast)
                .filter(step -> step.component().equals(consumer) && step.capability().equals(capability)).findFirst();
    }

    private Optional<Plan.Planned> provider(String capability) {
        Optional<Plan.Planned> chosen = account(capability).flatMap(step -> plan.component(step.provider()));
        return chosen.or(() -> plan.components().stream().filter(c -> c.content().exports().containsKey(capability)
                && c.content().provides().contains(capability)).findFirst()).filter(p -> there.test(p.name(), ""));
    }
}
