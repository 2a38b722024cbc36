package dev.datamill.component;

/** How one key of a Secret gets its value the first time; later runs read it back. */
public sealed interface SecretValue {

    /** Letters and digits from a cryptographic source. */
    record Random(int length) implements SecretValue {
    }

    record Hex(int length) implements SecretValue {
    }

    record Literal(String text) implements SecretValue {
        @Override
        public String toString() {
            return "Literal[…]";
        }
    }
}
