package dev.datamill.component;

/** How one key of a Secret gets its value the first time; later runs read it back. */
public sealed interface SecretValue {

    /** Letters and digits from a cryptographic source. */
    record Random(int length) implements SecretValue {
    }

    record Hex(int length) implements SecretValue {
    }

    /** In the rule for accounts only: the name of the consumer. */
    record ConsumerName() implements SecretValue {
    }

    /** In the rule for accounts only: what the consumer asked for under this key, else its name. */
    record Granted(String key) implements SecretValue {
    }

    record Literal(String text) implements SecretValue {
        @Override
        public String toString() {
            return "Literal[…]";
        }
    }
}
