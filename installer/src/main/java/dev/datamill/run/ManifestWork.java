package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.KubeException.Reason;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Step;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Applies a component's own manifests, server-side. */
final class ManifestWork {

    private final Kube kube;

    ManifestWork(Kube kube) {
        this.kube = kube;
    }

    Outcome apply(Step.ApplyManifests step, Progress progress) throws StepFailed, InterruptedException {
        boolean created = false;
        boolean updated = false;
        for (Map<String, Object> content : step.objects()) {
            Resource object = placed(new Resource(content), step, progress);
            Map<String, Resource> results = new HashMap<>();
            Optional<Resource> before = get(object);
            try {
                new Retry(Duration.ofMinutes(2), Duration.ofMillis(500)).run(KubeException.class, ManifestWork::passing,
                        e -> progress.says(object.shown() + ": " + e.getMessage()),
                        () -> results.put("after", kube.apply(object, false)));
            } catch (KubeException refused) {
                throw failed(object, refused);
            }
            created |= before.isEmpty();
            updated |= before.isPresent() && !before.get().version().equals(results.get("after").version());
        }
        return created && !updated ? Outcome.CREATED : created || updated ? Outcome.UPDATED : Outcome.UNCHANGED;
    }

    private Resource placed(Resource object, Step.ApplyManifests step, Progress progress) throws StepFailed, InterruptedException {
        Resource ours = Labels.on(object, step.component());
        Kind kind = served(ours, progress);
        return kind.namespaced() && ours.namespace().isEmpty() ? ours.with(step.namespace(), "metadata", "namespace") : ours;
    }

    /** An operator may define its kinds itself, a moment after it is ready. */
    private Kind served(Resource object, Progress progress) throws StepFailed, InterruptedException {
        Map<String, Kind> found = new HashMap<>();
        try {
            new Retry(Duration.ofSeconds(60), Duration.ofMillis(250)).run(KubeException.class, e -> e.is(Reason.NO_SUCH_KIND),
                    e -> progress.says("kind " + object.kind() + " is not served yet"),
                    () -> found.put("kind", kube.kind(object.apiVersion(), object.kind()).orElseThrow(() -> new KubeException(Reason.NO_SUCH_KIND,
                            "the cluster knows no kind " + object.kind() + " of " + object.apiVersion()))));
        } catch (KubeException none) {
            throw new StepFailed(none.getMessage(), "the operator that brings it is not installed", none);
        }
        return found.get("kind");
    }

    private Optional<Resource> get(Resource object) {
        return kube.kind(object.apiVersion(), object.kind()).flatMap(kind -> kube.get(kind, object.namespace(), object.name()));
    }

    private static boolean passing(KubeException e) {
        String words = e.getMessage();
        return e.is(Reason.UNREACHABLE) || words.contains("failed calling webhook")
                && (words.contains("no endpoints") || words.contains("refused") || words.contains("deadline") || words.contains("EOF"));
    }

    private static StepFailed failed(Resource object, KubeException refused) {
        String advice = switch (refused.reason()) {
            case CONFLICT -> "another program owns that field; take it out of the manifest, or let the other go of it";
            case FORBIDDEN -> "the user of this kubeconfig lacks a permission, or a policy stands against it";
            case INVALID -> "correct the manifest";
            default -> "";
        };
        return new StepFailed(object.shown() + " cannot be applied: " + refused.getMessage(), advice, refused);
    }
}
