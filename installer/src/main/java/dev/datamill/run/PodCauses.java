package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;
import dev.datamill.run.Cause.Name;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why one pod is not ready. */
final class PodCauses {

    private static final int CRASHES_THAT_ARE_NO_ACCIDENT = 3;
    private static final Pattern MISSING = Pattern.compile("(secret|configmap) \"([^\"]+)\" not found");
    private static final Pattern MISSING_KEY = Pattern.compile("couldn't find key (\\S+) in (Secret|ConfigMap) (\\S+)");
    private static final Pattern PROBE = Pattern.compile("^(Readiness|Liveness|Startup) probe (?:failed|errored)[^:]*: ?(.*)$", Pattern.DOTALL);
    /** What a registry says once and for all. Everything else may be better the next time. */
    private static final Pattern FINAL_PULL = Pattern.compile("not found|manifest unknown|no such host|unauthorized|authorization failed|denied"
            + "|invalid reference|InvalidImageName|ErrImageNeverPull|no match for platform|no child with platform|not present with pull policy|x509|server gave HTTP response to HTTPS",
            Pattern.CASE_INSENSITIVE);

    private final Look look;
    private final boolean last;

    PodCauses(Look look, boolean last) {
        this.look = look;
        this.last = last;
    }

    Optional<Cause> of(Resource pod) {
        if (pod.text("status", "phase").equals("Succeeded")) return Optional.empty();
        return Stream.<java.util.function.Supplier<Optional<Cause>>>of(
                        () -> evicted(pod), () -> unscheduled(pod), () -> containers(pod), () -> mounts(pod), () -> probes(pod))
                .flatMap(search -> search.get().stream()).findFirst();
    }

    private Optional<Cause> evicted(Resource pod) {
        if (!pod.text("status", "reason").equals("Evicted")) return Optional.empty();
        return Optional.of(new Cause(Name.NODE_PRESSURE, "pod " + pod.name() + " was evicted from its node", pod.text("status", "message"),
                "free disk or memory on node " + pod.text("spec", "nodeName"), false));
    }

    private Optional<Cause> unscheduled(Resource pod) {
        Optional<Resource> scheduled = pod.condition("PodScheduled").filter(c -> c.text("status").equals("False"));
        if (scheduled.isEmpty()) return Optional.empty();
        String words = scheduled.get().text("message");
        boolean growing = look.events(pod).stream().anyMatch(e -> e.text("reason").equals("TriggeredScaleUp"));
        boolean waited = waited(pod) && !growing;
        if (words.contains("Insufficient cpu") || words.contains("Insufficient memory")) return Optional.of(noRoom(pod, words, waited));
        if (words.contains("pressure")) {
            return Optional.of(new Cause(Name.NODE_PRESSURE, "pod " + pod.name() + " finds no node, they are under pressure", words,
                    "free disk or memory on the nodes", false));
        }
        if (words.contains("persistentvolumeclaim") || words.contains("PersistentVolumeClaim")) {
            Matcher missing = Pattern.compile("persistentvolumeclaim \"([^\"]+)\" not found").matcher(words);
            if (missing.find()) {
                return Optional.of(new Cause(Name.CLAIM_UNBOUND, "pod " + pod.name() + " asks for volume claim " + missing.group(1) + ", which is not there",
                        words, "make the claim, or name one that exists in the component's values", waited));
            }
            return Optional.empty();
        }
        if (words.contains("Too many pods")) {
            return Optional.of(new Cause(Name.NO_ROOM, "pod " + pod.name() + " finds no node, they have as many pods as they may", words,
                    "add a node, or remove what is not needed", waited));
        }
        return Optional.of(new Cause(Name.NO_NODE, "pod " + pod.name() + " finds no node that fits", words,
                "its node selector, affinity or tolerations match no node; change them in the component's values", waited));
    }

    private Cause noRoom(Resource pod, String words, boolean terminal) {
        boolean cpu = words.contains("Insufficient cpu");
        String resource = cpu ? "cpu" : "memory";
        BigDecimal wanted = asked(pod, resource);
        BigDecimal best = null;
        String where = "";
        List<Resource> everywhere = look.podsEverywhere();
        for (Resource node : look.list(Kind.NODE)) {
            BigDecimal used = everywhere.stream().filter(p -> p.text("spec", "nodeName").equals(node.name()))
                    .filter(p -> !List.of("Succeeded", "Failed").contains(p.text("status", "phase")))
                    .map(p -> asked(p, resource)).reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal free = Quantities.parse(node.text("status", "allocatable", resource)).subtract(used);
            if (best == null || free.compareTo(best) > 0) {
                best = free;
                where = node.name();
            }
        }
        String evidence = best == null ? words : "it asks for " + shown(cpu, wanted) + ", the most that is free is " + shown(cpu, best.max(BigDecimal.ZERO))
                + " on node " + where + ", so " + shown(cpu, wanted.subtract(best.max(BigDecimal.ZERO))) + (cpu ? " are" : " is") + " missing";
        return new Cause(Name.NO_ROOM, "pod " + pod.name() + " finds no node with enough " + (cpu ? "CPU" : "memory"), evidence,
                "give the cluster more " + (cpu ? "CPU" : "memory") + ", install fewer components, or ask for less in the component's values", terminal);
    }

    private static String shown(boolean cpu, BigDecimal amount) {
        return cpu ? Quantities.cpu(amount) : Quantities.bytes(amount);
    }

    static BigDecimal asked(Resource pod, String resource) {
        BigDecimal together = pod.items("spec", "containers").stream()
                .map(c -> Quantities.parse(c.text("resources", "requests", resource))).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal atStart = pod.items("spec", "initContainers").stream()
                .map(c -> Quantities.parse(c.text("resources", "requests", resource))).reduce(BigDecimal.ZERO, BigDecimal::max);
        return together.max(atStart);
    }

    private Optional<Cause> containers(Resource pod) {
        List<Resource> all = new ArrayList<>(pod.items("status", "initContainerStatuses"));
        all.addAll(pod.items("status", "containerStatuses"));
        for (Resource status : all) {
            Optional<Cause> cause = container(pod, status);
            if (cause.isPresent()) return cause;
        }
        return Optional.empty();
    }

    private Optional<Cause> container(Resource pod, Resource status) {
        String reason = status.text("state", "waiting", "reason");
        String words = status.text("state", "waiting", "message");
        return switch (reason) {
            case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable" ->
                    Optional.of(image(pod, status, reason, words));
            case "CreateContainerConfigError" -> Optional.of(config(pod, words));
            case "CreateContainerError", "RunContainerError" -> Optional.of(new Cause(Name.CRASH,
                    "container " + status.text("name") + " of pod " + pod.name() + " cannot be started", words,
                    "its command or image does not fit; see the component's values", status.number("restartCount") >= 2 || waited(pod)));
            default -> crashed(pod, status, reason.equals("CrashLoopBackOff"));
        };
    }

    private Cause image(Resource pod, Resource status, String reason, String words) {
        String image = pod.items("spec", "containers").stream().filter(c -> c.text("name").equals(status.text("name")))
                .map(c -> c.text("image")).findFirst().filter(name -> !name.isEmpty()).orElse(status.text("image"));
        // The back-off itself says nothing new; the event of the failed pull has the registry's words.
        String registry = reason.equals("ErrImagePull") && !words.isBlank() ? words : look.events(pod).stream()
                .filter(e -> e.text("reason").equals("Failed") && e.text("message").startsWith("Failed to pull image") && e.text("message").contains(image))
                .reduce((a, b) -> b).map(e -> e.text("message")).orElse(words);
        boolean end = FINAL_PULL.matcher(reason + " " + registry).find();
        boolean name = registry.contains("no such host");
        return new Cause(Name.IMAGE, "image " + image + " cannot be pulled", registry(registry),
                name ? "the registry's name does not resolve from the node; correct the image, or set project.images.mirror"
                        : registry.contains("unauthorized") || registry.contains("denied") || registry.contains("authorization")
                        ? "the image does not exist there or needs a login: correct it, or set image_pull_secrets in the target"
                        : "correct the image in the component's values, or bring it to the cluster with 'datamill images load'", end);
    }

    /** The last part of a chain of errors is what the registry said. */
    private static String registry(String words) {
        int failed = words.indexOf("desc = ");
        return (failed < 0 ? words : words.substring(failed + "desc = ".length())).strip();
    }

    private Cause config(Resource pod, String words) {
        Matcher missing = MISSING.matcher(words);
        if (missing.find()) return missing(pod, missing.group(1).equals("secret"), missing.group(2), words);
        Matcher key = MISSING_KEY.matcher(words);
        if (key.find()) {
            boolean secret = key.group(2).equals("Secret");
            return new Cause(secret ? Name.MISSING_SECRET : Name.MISSING_CONFIG_MAP,
                    "pod " + pod.name() + " asks for key " + key.group(1) + " of " + key.group(2) + " " + key.group(3) + ", which has no such key",
                    words, "put the key there, or change the name in the component's values", waited(pod));
        }
        return new Cause(Name.MISSING_CONFIG_MAP, "pod " + pod.name() + " cannot be configured", words,
                "correct the component's values", waited(pod));
    }

    private Cause missing(Resource pod, boolean secret, String name, String words) {
        return new Cause(secret ? Name.MISSING_SECRET : Name.MISSING_CONFIG_MAP,
                "pod " + pod.name() + " asks for " + (secret ? "Secret " : "ConfigMap ") + name.replaceAll("^.*/", "") + ", which is not there", words,
                secret ? "make it: kubectl -n " + pod.namespace() + " create secret generic " + name.replaceAll("^.*/", "") + " --from-literal=KEY=VALUE"
                        : "make it, or name one that exists in the component's values", waited(pod));
    }

    private Optional<Cause> crashed(Resource pod, Resource status, boolean backingOff) {
        Resource ended = backingOff || status.at("lastState", "terminated").isPresent()
                ? status.part("lastState", "terminated") : status.part("state", "terminated");
        if (ended.content().isEmpty() || ended.text("reason").equals("Completed") && !backingOff) return Optional.empty();
        if (status.is("ready")) return Optional.empty();
        long times = status.number("restartCount");
        String name = status.text("name");
        boolean often = backingOff && times >= CRASHES_THAT_ARE_NO_ACCIDENT;
        if (ended.text("reason").equals("OOMKilled")) {
            String limit = pod.items("spec", "containers").stream().filter(c -> c.text("name").equals(name))
                    .map(c -> c.text("resources", "limits", "memory")).findFirst().orElse("");
            return Optional.of(new Cause(Name.OUT_OF_MEMORY, "container " + name + " of pod " + pod.name() + " uses more memory than it may",
                    "it was killed " + (times + (backingOff ? 0 : 1)) + " times" + (limit.isEmpty() ? "" : ", its limit is " + limit),
                    "raise resources.limits.memory in the component's values", backingOff && times >= 2));
        }
        boolean cannotRun = List.of("StartError", "ContainerCannotRun").contains(ended.text("reason")) || List.of(126L, 127L).contains(ended.number("exitCode"));
        boolean end = often || cannotRun && times >= 1;
        String lines = end || last ? look.lastLines(pod.name(), name, backingOff || status.at("state", "running").isPresent()).strip() : "";
        String evidence = cannotRun && !ended.text("message").isBlank() ? ended.text("message").strip()
                : "it ended with status " + ended.number("exitCode") + (lines.isEmpty() ? " and said nothing" : "; its last words: " + lines);
        return Optional.of(new Cause(Name.CRASH, "container " + name + " of pod " + pod.name() + " crashes again and again"
                + (times > 0 ? " (" + times + " restarts)" : ""), evidence,
                "its last words name the reason; correct the component's values", end));
    }

    private Optional<Cause> mounts(Resource pod) {
        if (pod.text("status", "phase").equals("Running")) return Optional.empty();
        List<Resource> events = look.events(pod);
        for (int i = events.size() - 1; i >= 0; i--) {
            String reason = events.get(i).text("reason");
            String words = events.get(i).text("message");
            if (reason.equals("FailedMount")) {
                Matcher missing = MISSING.matcher(words);
                if (missing.find()) return Optional.of(missing(pod, missing.group(1).equals("secret"), missing.group(2), words));
            }
            if (reason.equals("FailedMount") || reason.equals("FailedAttachVolume")) {
                return Optional.of(new Cause(Name.VOLUME, "pod " + pod.name() + " waits for a volume", words,
                        "the storage driver's words name the reason", false));
            }
        }
        return Optional.empty();
    }

    private Optional<Cause> probes(Resource pod) {
        if (pod.has("Ready")) return Optional.empty();
        return look.events(pod).stream().filter(e -> e.text("reason").equals("Unhealthy")).reduce((a, b) -> b).map(event -> {
            Matcher probe = PROBE.matcher(event.text("message"));
            String which = probe.matches() ? probe.group(1).toLowerCase() : "";
            return new Cause(Name.PROBE, "pod " + pod.name() + " fails its " + (which.isEmpty() ? "" : which + " ") + "probe",
                    probe.matches() ? "it answered: " + probe.group(2).strip() : event.text("message"),
                    "see what it is busy with: kubectl -n " + pod.namespace() + " logs " + pod.name(), false);
        });
    }

    private boolean waited(Resource pod) {
        return pod.created().map(at -> Duration.between(at, look.now()).compareTo(Causes.GRACE) > 0).orElse(false);
    }
}
