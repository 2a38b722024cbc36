package dev.datamill.plan;

import java.util.List;
import java.util.Map;

/**
 * What carrying out a plan would change in the cluster it goes to.
 *
 * @param byComponent create, update or none
 * @param orphans components that are there and no longer in the flavour
 */
public record PlanChanges(Map<String, String> byComponent, List<String> orphans) {

    /** Nobody has looked at a cluster. */
    public static final PlanChanges UNKNOWN = new PlanChanges(Map.of(), List.of());

    public PlanChanges {
        byComponent = Map.copyOf(byComponent);
        orphans = List.copyOf(orphans);
    }

    public String of(String component) {
        return byComponent.getOrDefault(component, "unknown");
    }

    public boolean any() {
        return !orphans.isEmpty() || byComponent.values().stream().anyMatch(change -> !change.equals("none"));
    }
}
