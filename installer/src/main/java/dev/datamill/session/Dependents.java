package dev.datamill.session;

import dev.datamill.plan.Plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who would be left without what it needs.
 *
 * @param names the components, through others too
 * @param needs for a person: who needs whom
 */
record Dependents(Set<String> names, List<String> needs) {

    /** @param going what is to be removed; @param installed those that matter: what is not there misses nothing */
    static Dependents of(Plan plan, Set<String> going, Set<String> installed) {
        Set<String> names = new LinkedHashSet<>();
        List<String> needs = new ArrayList<>();
        // In the order of the plan a component comes after all that it needs, so once through is enough.
        for (Plan.Planned component : plan.components()) {
            if (going.contains(component.name()) || !installed.contains(component.name())) continue;
            List<String> missing = component.needs().stream().filter(need -> going.contains(need) || names.contains(need)).toList();
            if (missing.isEmpty()) continue;
            names.add(component.name());
            needs.add(component.name() + " needs " + String.join(" and ", missing));
        }
        return new Dependents(names, needs);
    }

    String sentence() {
        return "something that is installed would break: " + String.join("; ", needs);
    }
}
