package dev.datamill.plan;

import dev.datamill.config.Located;
import dev.datamill.flavour.Flavour;
import dev.datamill.target.Target;

import java.util.List;
import java.util.Optional;

/**
 * What is to be planned.
 *
 * @param only the components named by {@code -c}; empty means those of the flavour
 */
public record Request(Flavour flavour, Optional<Target> target, Optional<String> namespace, List<Located<String>> only) {

    public Request {
        only = List.copyOf(only);
    }

    public String namespaceName() {
        return namespace.orElse(flavour.namespace().value());
    }
}
