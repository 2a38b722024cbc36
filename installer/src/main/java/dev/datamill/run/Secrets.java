package dev.datamill.run;

import dev.datamill.component.SecretValue;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Credentials: made once, kept in the cluster's Secrets only, read back ever after. */
public final class Secrets {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";

    private final Kube kube;
    private final Redaction redaction;
    private final SecureRandom random = new SecureRandom();

    public Secrets(Kube kube, Redaction redaction) {
        this.kube = kube;
        this.redaction = redaction;
    }

    /** Makes the Secret, or the keys that it lacks. What is there is never changed. */
    Outcome ensure(String namespace, String name, String component, Map<String, SecretValue> keys) {
        Optional<Resource> found = kube.get(Kind.SECRET, namespace, name);
        if (found.isEmpty()) {
            Resource secret = Labels.on(Resource.of(Kind.SECRET, namespace, name), component)
                    .with("Opaque", "type").with(generate(keys), "data");
            try {
                kube.create(secret);
                return Outcome.CREATED;
            } catch (KubeException taken) {
                // Somebody made it in the same moment: theirs counts.
                if (!taken.is(KubeException.Reason.ALREADY_THERE)) throw taken;
                found = kube.get(Kind.SECRET, namespace, name);
            }
        }
        Map<String, SecretValue> lacking = new LinkedHashMap<>(keys);
        Map<String, String> there = found.map(s -> s.texts("data")).orElse(Map.of());
        keys.forEach((key, value) -> {
            if (!(value instanceof SecretValue.Literal) && there.containsKey(key)) redaction.learn(decoded(there.get(key)));
        });
        lacking.keySet().removeAll(there.keySet());
        if (lacking.isEmpty()) return Outcome.UNCHANGED;
        kube.patch(Kind.SECRET, namespace, name, Map.of("data", generate(lacking)));
        return Outcome.UPDATED;
    }

    /** The plain values of a Secret; from now on nothing shows them by accident. */
    public Optional<Map<String, String>> read(String namespace, String name) {
        return kube.get(Kind.SECRET, namespace, name).map(secret -> {
            Map<String, String> plain = new LinkedHashMap<>();
            secret.texts("data").forEach((key, value) -> plain.put(key, decoded(value)));
            plain.forEach((key, value) -> {
                if (!key.matches("(?i).*(user|username|database|host|port|name|region|endpoint)")) redaction.learn(value);
            });
            return plain;
        });
    }

    private Map<String, Object> generate(Map<String, SecretValue> keys) {
        Map<String, Object> data = new LinkedHashMap<>();
        keys.forEach((key, value) -> data.put(key,
                Base64.getEncoder().encodeToString(value(value).getBytes(StandardCharsets.UTF_8))));
        return data;
    }

    private String value(SecretValue value) {
        if (value instanceof SecretValue.Literal literal) return literal.text();
        if (!(value instanceof SecretValue.Random) && !(value instanceof SecretValue.Hex)) {
            throw new IllegalStateException("a key of a Secret was planned without a value");
        }
        String made = value instanceof SecretValue.Random r ? text(LETTERS, r.length()) : text(HEX, ((SecretValue.Hex) value).length());
        redaction.learn(made);
        return made;
    }

    private String text(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        return text.toString();
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
