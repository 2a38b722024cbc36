package dev.datamill.component;

/** The value of an environment variable of a pod: a text, or a reference to a key of a Secret. */
public sealed interface EnvValue {

    record Text(String text) implements EnvValue {
    }

    record FromSecret(String secret, String key) implements EnvValue {
    }
}
