package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.config.Json;
import dev.datamill.event.Outcome;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Step;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives a consumer a user of its own at a provider, by running the provider's command in a pod. The command sees the
 * account's keys as {@code ACCOUNT_…}, what it may do as {@code GRANT_…}, and the consumer's name.
 */
final class AccountWork {

    private final Kube kube;
    private final PodRun pods;
    private final Options options;

    AccountWork(Kube kube, PodRun pods, Options options) {
        this.kube = kube;
        this.pods = pods;
        this.options = options;
    }

    Outcome apply(Step.EnsureAccount step, Progress progress) throws StepFailed, InterruptedException {
        Resource secret = kube.get(Kind.SECRET, step.namespace(), step.secret())
                .orElseThrow(() -> new StepFailed("Secret " + step.secret() + " is not there", "run the installation again"));
        String key = key(step, secret);
        if (secret.annotation(Labels.ACCOUNT).equals(key)) return Outcome.UNCHANGED;
        Map<String, EnvValue> env = new LinkedHashMap<>(step.env());
        secret.texts("data").keySet().forEach(name -> env.put("ACCOUNT_" + envName(name), new EnvValue.FromSecret(step.secret(), name)));
        env.put("ACCOUNT_NAME", new EnvValue.Text(step.component()));
        step.grants().forEach((what, names) -> env.put("GRANT_" + envName(what), new EnvValue.Text(String.join(",", names))));
        PodRun.End end = pods.run(new PodRun.Task(step.component() + "-" + step.capability() + "-account", step.namespace(), step.component(),
                step.image(), step.command(), env, Map.of(), java.util.Optional.empty(), options.pullSecrets(),
                options.patience(Duration.ofMinutes(3))), progress);
        if (end.status() != 0) {
            throw new StepFailed("the " + step.capability() + " account of " + step.component() + " could not be made at " + step.provider()
                    + " (status " + end.status() + "): " + end.lastWords(), "see how " + step.provider() + " does: datamill why " + step.provider());
        }
        kube.patch(Kind.SECRET, step.namespace(), step.secret(), Map.of("metadata", Map.of("annotations", Map.of(Labels.ACCOUNT, key))));
        return secret.annotation(Labels.ACCOUNT).isEmpty() ? Outcome.CREATED : Outcome.UPDATED;
    }

    /** Changes with what was asked, with the account's keys, and with the provider's own: a new provider knows no old accounts. */
    private String key(Step.EnsureAccount step, Resource secret) {
        List<Object> all = new ArrayList<>(List.of(step.image(), step.command(), new TreeMap<>(step.grants()), secret.uid(), new TreeMap<>(secret.texts("data"))));
        step.env().forEach((name, value) -> {
            if (value instanceof EnvValue.FromSecret from) {
                all.add(kube.get(Kind.SECRET, step.namespace(), from.secret()).map(Resource::uid).orElse(""));
            } else {
                all.add(name + "=" + ((EnvValue.Text) value).text());
            }
        });
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Json.line(all).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String envName(String key) {
        return key.toUpperCase().replaceAll("[^A-Z0-9]+", "_");
    }
}
