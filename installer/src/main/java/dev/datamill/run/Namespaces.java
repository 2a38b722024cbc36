package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Namespaces, and which of them we made: only those are ours to take away. */
final class Namespaces {

    private final Kube kube;
    private final Map<String, Outcome> done = new ConcurrentHashMap<>();

    Namespaces(Kube kube) {
        this.kube = kube;
    }

    /** Harmless twice; within a run it says each time what came of it the first time. */
    Outcome ensure(String name) throws StepFailed {
        Outcome known = done.get(name);
        if (known != null) return known;
        Outcome outcome = Outcome.UNCHANGED;
        Optional<Resource> found = kube.get(Kind.NAMESPACE, "", name);
        if (found.filter(Resource::beingDeleted).isPresent()) {
            throw new StepFailed("namespace " + name + " is being deleted", "wait until it is gone: kubectl get namespace " + name);
        }
        if (found.isEmpty()) {
            try {
                kube.create(Labels.on(Resource.of(Kind.NAMESPACE, "", name), ""));
                outcome = Outcome.CREATED;
            } catch (KubeException taken) {
                if (!taken.is(KubeException.Reason.ALREADY_THERE)) throw taken;
            }
        }
        done.put(name, outcome);
        return outcome;
    }

    boolean ours(String name) {
        return kube.get(Kind.NAMESPACE, "", name).filter(Labels::ours).isPresent();
    }
}
