package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;

import java.util.List;
import java.util.Optional;

/** Whether an object does what it was made for, by the rules of its kind. */
final class Readiness {

    private static final State READY = new State(true, "");

    private Readiness() {
    }

    /** @param waitsFor what is still to come, in a few words; empty when ready */
    record State(boolean ready, String waitsFor) {
    }

    static boolean hasRule(Resource object) {
        return switch (object.kind()) {
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod", "PersistentVolumeClaim", "Service",
                    "CustomResourceDefinition", "APIService", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" -> true;
            default -> !object.apiVersion().equals("v1") && !builtIn(object.apiVersion());
        };
    }

    /** Groups of Kubernetes itself have no point or no dots before k8s.io; an operator's have their own domain. */
    static boolean builtIn(String apiVersion) {
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        return !group.contains(".") || group.endsWith(".k8s.io") && !group.contains(".x-k8s");
    }

    static State of(Resource object, Look look) {
        return switch (object.kind()) {
            case "Deployment" -> deployment(object);
            case "StatefulSet" -> statefulSet(object);
            case "DaemonSet" -> daemonSet(object);
            case "Job" -> object.has("Complete") || object.has("SuccessCriteriaMet") || object.is("spec", "suspend") ? READY : waiting("the job to end");
            case "Pod" -> object.has("Ready") || object.text("status", "phase").equals("Succeeded") ? READY : waiting("the pod to be ready");
            case "PersistentVolumeClaim" -> claim(object, look);
            case "Service" -> !object.text("spec", "type").equals("LoadBalancer") || !object.items("status", "loadBalancer", "ingress").isEmpty()
                    ? READY : waiting("an address from the load balancer");
            case "CustomResourceDefinition" -> object.has("Established") && object.has("NamesAccepted") ? READY : waiting("the definition to be established");
            case "APIService" -> object.has("Available") ? READY : waiting("the API to answer");
            case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" -> webhooks(object, look);
            default -> custom(object);
        };
    }

    static State byRule(Resource object, Recipe.ReadyRule rule) {
        if (rule.field().isPresent()) {
            String found = object.text(rule.field().get().split("\\."));
            String wanted = rule.value().orElse("");
            return found.equals(wanted) ? READY : waiting(rule.field().get() + " to be " + wanted + (found.isEmpty() ? "" : ", it is " + found));
        }
        String type = rule.condition().orElse("Ready");
        return object.has(type) && seen(object.condition(type).orElse(object), object) ? READY : waiting("condition " + type);
    }

    private static boolean seen(Resource condition, Resource object) {
        long observed = condition.number(object.number(object.generation(), "status", "observedGeneration"), "observedGeneration");
        return observed >= object.generation();
    }

    private static State deployment(Resource object) {
        if (unseen(object)) return waiting("the controller");
        long wanted = object.number(1, "spec", "replicas");
        long updated = object.number("status", "updatedReplicas");
        long all = object.number("status", "replicas");
        long available = object.number("status", "availableReplicas");
        if (updated < wanted) return waiting(updated + " of " + wanted + " pods made");
        if (all > updated) return waiting((all - updated) + " former pods to go");
        return available >= wanted ? READY : waiting(available + " of " + wanted + " pods ready");
    }

    private static State statefulSet(Resource object) {
        if (unseen(object)) return waiting("the controller");
        long wanted = object.number(1, "spec", "replicas");
        long ready = object.number("status", "readyReplicas");
        if (ready < wanted) return waiting(ready + " of " + wanted + " pods ready");
        if (object.text("spec", "updateStrategy", "type").equals("OnDelete")) return READY;
        long partition = object.number("spec", "updateStrategy", "rollingUpdate", "partition");
        String newest = object.text("status", "updateRevision");
        boolean rolled = newest.equals(object.text("status", "currentRevision")) || object.number("status", "updatedReplicas") >= wanted - partition;
        return rolled ? READY : waiting(object.number("status", "updatedReplicas") + " of " + (wanted - partition) + " pods renewed");
    }

    private static State daemonSet(Resource object) {
        if (unseen(object)) return waiting("the controller");
        long wanted = object.number("status", "desiredNumberScheduled");
        long updated = object.number("status", "updatedNumberScheduled");
        long available = object.number("status", "numberAvailable");
        if (updated < wanted && !object.text("spec", "updateStrategy", "type").equals("OnDelete")) return waiting(updated + " of " + wanted + " pods renewed");
        return available >= wanted ? READY : waiting(available + " of " + wanted + " pods ready");
    }

    /** A claim that waits for its first pod, and has none, lacks nothing. */
    private static State claim(Resource claim, Look look) {
        if (claim.text("status", "phase").equals("Bound")) return READY;
        boolean used = look.list(Kind.POD).stream().anyMatch(pod -> pod.items("spec", "volumes").stream()
                .anyMatch(v -> v.text("persistentVolumeClaim", "claimName").equals(claim.name())));
        Optional<Resource> storageClass = look.list(Kind.STORAGE_CLASS).stream()
                .filter(c -> claim.text("spec", "storageClassName").isEmpty() ? Causes.isDefault(c) : c.name().equals(claim.text("spec", "storageClassName")))
                .findFirst();
        boolean lazy = storageClass.map(c -> c.text("volumeBindingMode").equals("WaitForFirstConsumer")).orElse(false);
        return lazy && !used ? READY : waiting("volume claim " + claim.name() + " to be bound");
    }

    /** A webhook that is called before its pods answer refuses what comes next. */
    private static State webhooks(Resource configuration, Look look) {
        for (Resource webhook : configuration.items("webhooks")) {
            String service = webhook.text("clientConfig", "service", "name");
            if (service.isEmpty()) continue;
            List<Resource> slices = look.list(Kind.ENDPOINT_SLICE).stream()
                    .filter(s -> s.label("kubernetes.io/service-name").equals(service)).toList();
            Optional<Resource> here = look.get(Kind.SERVICE, service);
            if (here.isEmpty()) continue;
            boolean answering = slices.stream().flatMap(s -> s.items("endpoints").stream())
                    .anyMatch(e -> e.at("conditions", "ready").map(Boolean.TRUE::equals).orElse(true));
            if (!answering) return waiting("webhook " + service + " to answer");
        }
        return READY;
    }

    /** Where a custom resource says nothing of itself there is nothing to wait for; a recipe's rule says more. */
    private static State custom(Resource object) {
        Optional<Resource> ready = object.condition("Ready").or(() -> object.condition("Available"));
        if (ready.isEmpty()) return READY;
        boolean yes = ready.get().text("status").equals("True") && seen(ready.get(), object);
        return yes ? READY : waiting(ready.get().text("message").isEmpty() ? "its operator" : ready.get().text("message"));
    }

    private static boolean unseen(Resource object) {
        return object.number("status", "observedGeneration") < object.generation();
    }

    private static State waiting(String what) {
        return new State(false, what);
    }
}
