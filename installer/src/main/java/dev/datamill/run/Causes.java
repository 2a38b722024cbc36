package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;
import dev.datamill.run.Cause.Name;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From what the cluster reports to the one reason why an object is not ready, and what to do. Reads only. */
final class Causes {

    /** Time that something may lack what others are just bringing. */
    static final Duration GRACE = Duration.ofSeconds(20);
    static final Duration ADDRESS_GRACE = Duration.ofSeconds(60);
    private static final Pattern QUOTED_CLASS = Pattern.compile("storageclass(?:\\.storage\\.k8s\\.io)? \"([^\"]+)\" not found");

    private final Look look;
    private final PodCauses pods;

    /** @param last whether this is the last word, so that it is worth to ask for log lines */
    Causes(Look look, boolean last) {
        this.look = look;
        this.pods = new PodCauses(look, last);
    }

    /** The cause that explains most: one that ends the wait before one that only delays. */
    Optional<Cause> of(Resource object) {
        List<Cause> found = new ArrayList<>(switch (object.kind()) {
            case "Deployment", "StatefulSet", "DaemonSet", "Job" -> workload(object);
            case "Pod" -> pods.of(object).stream().toList();
            case "PersistentVolumeClaim" -> claim(object).stream().toList();
            case "Service" -> service(object).stream().toList();
            default -> condition(object).stream().toList();
        });
        return found.stream().min(Comparator.comparing((Cause cause) -> !cause.terminal()).thenComparing(Cause::name));
    }

    private List<Cause> workload(Resource workload) {
        List<Cause> found = new ArrayList<>();
        List<Resource> pods = Pods.current(workload, look);
        Resource maker = Pods.maker(workload, look);
        refusedToCreate(maker).ifPresent(found::add);
        if (!maker.equals(workload)) refusedToCreate(workload).ifPresent(found::add);
        for (Resource pod : pods) {
            this.pods.of(pod).ifPresent(found::add);
            claimsOf(pod).forEach(claim -> claim(claim).ifPresent(found::add));
        }
        if (workload.kind().equals("Job")) jobFailed(workload, pods).ifPresent(found::add);
        return found;
    }

    private List<Resource> claimsOf(Resource pod) {
        return pod.items("spec", "volumes").stream().map(v -> v.text("persistentVolumeClaim", "claimName"))
                .filter(name -> !name.isEmpty()).flatMap(name -> look.get(Kind.CLAIM, name).stream())
                .filter(claim -> !claim.text("status", "phase").equals("Bound")).toList();
    }

    /** What the controller was told when it wanted to make a pod: quota, admission, permissions. */
    private Optional<Cause> refusedToCreate(Resource maker) {
        List<Resource> about = look.events(maker).stream()
                .filter(e -> Set.of("FailedCreate", "SuccessfulCreate").contains(e.text("reason"))).toList();
        if (about.isEmpty() || about.get(about.size() - 1).text("reason").equals("SuccessfulCreate")) return Optional.empty();
        String words = about.get(about.size() - 1).text("message");
        String what = maker.kind() + " " + maker.name() + " may not make its pods";
        if (words.contains("exceeded quota")) {
            return Optional.of(new Cause(Name.QUOTA, what + ", the namespace's quota is used up", after(words, "exceeded quota"),
                    "raise the ResourceQuota of the namespace, or ask for less in the component's values", true));
        }
        if (words.contains("admission webhook") && words.contains("denied")) {
            return Optional.of(new Cause(Name.WEBHOOK, what + ", an admission webhook refused", words,
                    "the webhook's owner says what it allows; change the component's values to fit", true));
        }
        if (words.contains("failed calling webhook")) {
            return Optional.of(new Cause(Name.WEBHOOK, what + ", an admission webhook does not answer", words,
                    "look at the pods of the webhook, or remove its configuration if its owner is gone", false));
        }
        if (words.contains("must specify") && words.contains("failed quota")) {
            return Optional.of(new Cause(Name.QUOTA, what + ", the quota wants requests and limits", words,
                    "set resources in the component's values, or a LimitRange in the namespace", true));
        }
        if (words.contains("serviceaccount") && words.contains("not found")) {
            return Optional.of(new Cause(Name.FORBIDDEN, what + ", its service account is not there", words,
                    "let the chart make its service account, or name one that exists", old(maker)));
        }
        if (words.contains("forbidden")) {
            return Optional.of(new Cause(Name.FORBIDDEN, what + ", the cluster forbids it", after(words, "is forbidden:"),
                    "pod security of the namespace or a policy stands against it; change either", true));
        }
        return Optional.of(new Cause(Name.FORBIDDEN, what, words, "the server's words name the reason", false));
    }

    private boolean old(Resource object) {
        return object.created().map(at -> Duration.between(at, look.now()).compareTo(GRACE) > 0).orElse(false);
    }

    private Optional<Cause> jobFailed(Resource job, List<Resource> pods) {
        Optional<Resource> failed = job.condition("Failed").filter(c -> c.text("status").equals("True"));
        if (failed.isEmpty()) return Optional.empty();
        String lines = pods.stream().max(Comparator.comparing(p -> p.created().orElse(java.time.Instant.EPOCH)))
                .map(p -> look.lastLines(p.name(), p.items("spec", "containers").get(0).text("name"), false)).orElse("");
        return Optional.of(new Cause(Name.JOB_FAILED, "job " + job.name() + " failed (" + failed.get().text("reason") + ")",
                lines.isBlank() ? failed.get().text("message") : "its last words: " + lines.strip(),
                "its log says more: kubectl -n " + job.namespace() + " logs job/" + job.name(), true));
    }

    Optional<Cause> claim(Resource claim) {
        if (claim.text("status", "phase").equals("Bound")) return Optional.empty();
        String size = claim.text("spec", "resources", "requests", "storage");
        String what = "volume claim " + claim.name() + (size.isEmpty() ? "" : " (" + size + ")") + " gets no volume";
        if (claim.text("status", "phase").equals("Lost")) {
            return Optional.of(new Cause(Name.CLAIM_UNBOUND, "volume claim " + claim.name() + " has lost its volume",
                    "the volume " + claim.text("spec", "volumeName") + " is gone", "bring the volume back, or delete the claim to start anew", true));
        }
        String wanted = claim.text("spec", "storageClassName");
        boolean wantsNone = claim.at("spec", "storageClassName").isPresent() && wanted.isEmpty();
        List<Resource> classes = look.list(Kind.STORAGE_CLASS);
        if (!wanted.isEmpty() && classes.stream().noneMatch(c -> c.name().equals(wanted)) && !staticVolume(wanted)) {
            return Optional.of(new Cause(Name.NO_STORAGE_CLASS, what + ", there is no storage class '" + wanted + "'",
                    classes.isEmpty() ? "the cluster has none at all" : "there are: " + String.join(", ", names(classes)),
                    "name one that exists in the component's values, or make it", true));
        }
        if (wanted.isEmpty() && !wantsNone && classes.stream().noneMatch(Causes::isDefault) && claim.text("spec", "volumeName").isEmpty()) {
            return Optional.of(new Cause(Name.NO_STORAGE_CLASS, what + ", the cluster has no default storage class",
                    classes.isEmpty() ? "it has none at all" : "it has " + String.join(", ", names(classes)) + ", none of them the default",
                    classes.isEmpty() ? "install a storage provisioner"
                            : "kubectl annotate storageclass " + classes.get(0).name() + " storageclass.kubernetes.io/is-default-class=true", true));
        }
        List<Resource> events = look.events(claim);
        for (int i = events.size() - 1; i >= 0; i--) {
            String reason = events.get(i).text("reason");
            String words = events.get(i).text("message");
            if (reason.equals("ProvisioningFailed") || reason.equals("FailedBinding")) {
                Matcher missing = QUOTED_CLASS.matcher(words);
                boolean noClass = missing.find();
                return Optional.of(new Cause(noClass ? Name.NO_STORAGE_CLASS : Name.CLAIM_UNBOUND, what, words,
                        noClass ? "make the storage class, or name another one in the component's values"
                                : "look at the provisioner of its storage class" + (wanted.isEmpty() ? "" : " '" + wanted + "'"), noClass));
            }
            if (reason.equals("WaitForFirstConsumer")) return Optional.empty();
        }
        return Optional.of(new Cause(Name.CLAIM_UNBOUND, what, events.isEmpty() ? "nobody has said why" : events.get(events.size() - 1).text("message"),
                "look at the provisioner of its storage class" + (wanted.isEmpty() ? "" : " '" + wanted + "'"), false));
    }

    private boolean staticVolume(String storageClass) {
        return look.list(Kind.VOLUME).stream().anyMatch(v -> v.text("spec", "storageClassName").equals(storageClass));
    }

    static boolean isDefault(Resource storageClass) {
        return storageClass.annotation("storageclass.kubernetes.io/is-default-class").equals("true");
    }

    private Optional<Cause> service(Resource service) {
        if (!service.text("spec", "type").equals("LoadBalancer") || !service.items("status", "loadBalancer", "ingress").isEmpty()) {
            return Optional.empty();
        }
        List<Resource> events = look.events(service);
        boolean waitedLong = service.created().map(at -> Duration.between(at, look.now()).compareTo(ADDRESS_GRACE) > 0).orElse(false);
        boolean nobodyAtWork = events.stream().noneMatch(e -> e.text("reason").contains("LoadBalancer"));
        return Optional.of(new Cause(Name.NO_ADDRESS, "service " + service.name() + " of type LoadBalancer gets no address",
                nobodyAtWork ? "nothing in this cluster hands out addresses" : events.get(events.size() - 1).text("message"),
                "set its type to ClusterIP in the component's values and use 'datamill open', or install a load balancer",
                waitedLong && nobodyAtWork));
    }

    /** A custom resource's own words. */
    private Optional<Cause> condition(Resource object) {
        return object.items("status", "conditions").stream()
                .filter(c -> c.text("status").equals("False") && !c.text("message").isEmpty()
                        || Set.of("NotReady", "Failed", "Degraded", "Error").contains(c.text("type")) && c.text("status").equals("True"))
                .findFirst()
                .map(c -> new Cause(Name.CONDITION, object.shown() + " is not ready", (c.text("reason") + " " + c.text("message")).strip(),
                        "kubectl -n " + object.namespace() + " describe " + object.shown(), false));
    }

    private static List<String> names(List<Resource> resources) {
        return resources.stream().map(Resource::name).sorted().toList();
    }

    static String after(String words, String mark) {
        int at = words.indexOf(mark);
        return at < 0 ? words : words.substring(at).strip();
    }
}
