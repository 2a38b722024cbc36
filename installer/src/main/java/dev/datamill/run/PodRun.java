package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod that runs one command and is gone afterwards, whatever comes of it. */
final class PodRun {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Kube kube;
    private final ClusterWatch watch;

    PodRun(Kube kube, ClusterWatch watch) {
        this.kube = kube;
        this.watch = watch;
    }

    /** @param files by name, mounted together as the folder {@code /verify} */
    record Task(String name, String namespace, String component, String image, List<String> command, Map<String, EnvValue> env,
                Map<String, String> files, Optional<String> serviceAccount, List<String> pullSecrets, Duration timeout) {
    }

    record End(int status, String log) {
        String lastWords() {
            List<String> lines = log.strip().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        }
    }

    End run(Task task, Progress progress) throws StepFailed, InterruptedException {
        byte[] suffix = new byte[4];
        RANDOM.nextBytes(suffix);
        String name = shortened(task.name()) + "-" + HexFormat.of().formatHex(suffix);
        try {
            if (!task.files().isEmpty()) {
                kube.create(Labels.on(Resource.of(Kind.CONFIG_MAP, task.namespace(), name), task.component()).with(Map.copyOf(task.files()), "data"));
            }
            kube.create(pod(name, task));
            return end(name, task, progress);
        } catch (KubeException refused) {
            throw new StepFailed(refused.getMessage(), "", refused);
        } finally {
            remove(task, name);
        }
    }

    private End end(String name, Task task, Progress progress) throws StepFailed, InterruptedException {
        Look look = watch.look(task.namespace());
        long until = System.nanoTime() + task.timeout().toNanos();
        while (true) {
            long seen = watch.changes();
            Optional<Resource> pod = look.get(Kind.POD, name);
            Optional<Resource> ended = pod.flatMap(p -> p.items("status", "containerStatuses").stream().findFirst())
                    .map(s -> s.part("state", "terminated")).filter(t -> !t.content().isEmpty());
            if (ended.isPresent() && ended.get().text("reason").equals("StartError")) {
                throw new StepFailed("the command cannot be started: " + ended.get().text("message"), "");
            }
            if (ended.isPresent()) return new End((int) ended.get().number("exitCode"), kube.logs(task.namespace(), name, "task", false, 200));
            boolean late = System.nanoTime() >= until;
            Optional<Cause> cause = pod.flatMap(p -> new Causes(look, late).of(p));
            if (cause.isPresent() && cause.get().terminal()) throw StepFailed.by(cause.get());
            if (late) {
                String log = kube.logs(task.namespace(), name, "task", false, 5).strip();
                throw new StepFailed("it did not end within " + task.timeout().toSeconds() + " s"
                        + cause.map(c -> "; " + c.text()).orElse(log.isEmpty() ? "" : "; its last words: " + log), "");
            }
            cause.ifPresent(c -> progress.says(c.what()));
            watch.await(seen, Duration.ofSeconds(2));
        }
    }

    private void remove(Task task, String name) {
        boolean interrupted = Thread.interrupted();
        try {
            // A pod that has ended needs no time to say goodbye.
            kube.deleteNow(Kind.POD, task.namespace(), name);
            if (!task.files().isEmpty()) kube.delete(Kind.CONFIG_MAP, task.namespace(), name);
        } catch (KubeException away) {
            // The pod has a deadline and the next run finds it by its label.
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    static Resource pod(String name, Task task) {
        Map<String, Object> container = new LinkedHashMap<>();
        container.put("name", "task");
        container.put("image", task.image());
        container.put("imagePullPolicy", "IfNotPresent");
        container.put("command", task.command());
        container.put("env", env(task.env()));
        container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        container.put("securityContext", Map.of("allowPrivilegeEscalation", false, "capabilities", Map.of("drop", List.of("ALL"))));
        container.put("resources", Map.of("requests", Map.of("cpu", "10m", "memory", "32Mi")));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("restartPolicy", "Never");
        spec.put("activeDeadlineSeconds", task.timeout().toSeconds() + 60);
        spec.put("terminationGracePeriodSeconds", 5);
        // Kubernetes would add variables for every Service, and some look like settings: KAFKA_PORT, DASK_SCHEDULER_PORT.
        spec.put("enableServiceLinks", false);
        spec.put("automountServiceAccountToken", task.serviceAccount().isPresent());
        task.serviceAccount().ifPresent(account -> spec.put("serviceAccountName", account));
        if (!task.pullSecrets().isEmpty()) spec.put("imagePullSecrets", task.pullSecrets().stream().map(s -> Map.of("name", s)).toList());
        if (!task.files().isEmpty()) {
            container.put("volumeMounts", List.of(Map.of("name", "files", "mountPath", "/verify")));
            spec.put("volumes", List.of(Map.of("name", "files", "configMap", Map.of("name", name))));
        }
        spec.put("containers", List.of(container));
        return Labels.on(Resource.of(Kind.POD, task.namespace(), name), task.component())
                .withLabel("datamill.dev/task", shortened(task.name())).with(spec, "spec");
    }

    static List<Map<String, Object>> env(Map<String, EnvValue> env) {
        List<Map<String, Object>> list = new ArrayList<>();
        env.forEach((name, value) -> list.add(value instanceof EnvValue.FromSecret from
                ? Map.of("name", name, "valueFrom", Map.of("secretKeyRef", Map.of("name", from.secret(), "key", from.key())))
                : Map.of("name", name, "value", ((EnvValue.Text) value).text())));
        return list;
    }

    /** Kubernetes takes 63 letters, digits and dashes. */
    private static String shortened(String name) {
        String plain = name.toLowerCase().replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return plain.substring(0, Math.min(45, plain.length())).replaceAll("-+$", "");
    }
}
