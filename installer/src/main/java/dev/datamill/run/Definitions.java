package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Definitions of custom resources. Helm installs those of a chart once and never again; here they are applied before
 * every change of the release, unless another owner looks after them.
 */
final class Definitions {

    private final Kube kube;

    Definitions(Kube kube) {
        this.kube = kube;
    }

    void apply(List<Resource> wanted, String component, ClusterWatch watch, Progress progress) throws StepFailed, InterruptedException {
        List<Resource> applied = new ArrayList<>();
        for (Resource definition : wanted) {
            Optional<Resource> found = kube.get(Kind.CRD, "", definition.name());
            Optional<String> owner = found.flatMap(Definitions::otherOwner);
            if (owner.isPresent()) {
                progress.note("the definition " + definition.name() + " belongs to " + owner.get() + " and stays as it is");
                continue;
            }
            try {
                applied.add(kube.apply(Labels.on(definition, component), true));
            } catch (KubeException refused) {
                throw new StepFailed("the definition " + definition.name() + " cannot be applied: " + refused.getMessage(),
                        refused.is(KubeException.Reason.FORBIDDEN) ? "installing definitions needs the rights of a cluster administrator" : "", refused);
            }
        }
        new Waiter(kube, watch).await(new Waiter.Wanted("", applied, List.of()), Duration.ofMinutes(1), progress);
    }

    /** Who looks after a definition, if it is not us. One that nobody claims is taken over. */
    static Optional<String> otherOwner(Resource definition) {
        if (Labels.ours(definition)) return Optional.empty();
        String release = definition.annotation("meta.helm.sh/release-name");
        if (!release.isEmpty()) return Optional.of("Helm release " + definition.annotation("meta.helm.sh/release-namespace") + "/" + release);
        String manager = definition.label(Labels.MANAGED_BY);
        if (!manager.isEmpty()) return Optional.of(manager);
        return definition.items("metadata", "managedFields").stream().map(f -> f.text("manager"))
                .filter(name -> !name.equals(Kube.FIELD_MANAGER) && !name.equals("kube-apiserver")).findFirst();
    }
}
