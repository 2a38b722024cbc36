package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A pod for a person to work in; gone when it is closed, and after its deadline in any case. */
public final class DebugPod implements AutoCloseable {

    public static final String IMAGE = "toolbox";
    public static final String CONTAINER = "task";
    private static final Duration LONGEST = Duration.ofHours(8);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Kube kube;
    private final String namespace;
    private final String name;

    private DebugPod(Kube kube, String namespace, String name) {
        this.kube = kube;
        this.namespace = namespace;
        this.name = name;
    }

    /** Makes the pod; closing it is right from now on, whether it ever runs or not. */
    public static DebugPod make(Kube kube, Plan plan, List<String> pullSecrets) throws StepFailed {
        byte[] suffix = new byte[4];
        new SecureRandom().nextBytes(suffix);
        String name = "debug-" + HexFormat.of().formatHex(suffix);
        try {
            kube.create(pod(name, plan, environment(kube, plan), pullSecrets));
        } catch (KubeException no) {
            throw new StepFailed(no.getMessage(), "", no);
        }
        return new DebugPod(kube, plan.namespace(), name);
    }

    public String name() {
        return name;
    }

    static Resource pod(String name, Plan plan, Map<String, EnvValue> env, List<String> pullSecrets) {
        PodRun.Task task = new PodRun.Task("debug", plan.namespace(), "", plan.image(IMAGE), List.of("sleep", "infinity"), env, Map.of(),
                Optional.empty(), pullSecrets, LONGEST);
        return PodRun.pod(name, task).withLabel(Labels.DEBUG, "true");
    }

    /** What notebooks have: the accounts of the component that was given most of them. */
    static Map<String, EnvValue> environment(Kube kube, Plan plan) {
        Set<String> installed = new TreeSet<>();
        new Releases(kube).ours(plan.namespace()).forEach(secret -> installed.add(secret.label(Releases.COMPONENT)));
        Map<String, Integer> accounts = new LinkedHashMap<>();
        installed.forEach(component -> accounts.put(component, 0));
        for (Step step : plan.steps()) {
            if (step instanceof Step.EnsureAccount account && account.namespace().equals(plan.namespace())
                    && kube.get(Kind.SECRET, plan.namespace(), account.secret()).isPresent()) accounts.merge(account.component(), 1, Integer::sum);
        }
        String consumer = accounts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
        return CapabilityEnvironment.of(plan, consumer, (provider, secret) -> provider.isEmpty()
                ? kube.get(Kind.SECRET, plan.namespace(), secret).isPresent()
                : installed.contains(provider) || plan.component(provider).filter(c -> c.releases().isEmpty()).isPresent());
    }

    public void await(Progress progress) throws StepFailed, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (ClusterWatch watch = new ClusterWatch(kube)) {
            Look look = watch.look(namespace);
            while (true) {
                long seen = watch.changes();
                Optional<Resource> pod = look.get(Kind.POD, name);
                if (pod.filter(p -> p.has("Ready")).isPresent()) return;
                boolean late = System.nanoTime() >= until;
                Optional<Cause> cause = pod.flatMap(p -> new Causes(look, late).of(p));
                if (cause.isPresent() && cause.get().terminal()) throw StepFailed.by(cause.get());
                if (late) throw new StepFailed("the pod " + name + " did not start within " + PATIENCE.toMinutes() + " min" + cause.map(c -> "; " + c.text()).orElse(""), "");
                cause.ifPresent(c -> progress.says(c.what()));
                watch.await(seen, Duration.ofSeconds(2));
            }
        }
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            kube.deleteNow(Kind.POD, namespace, name);
        } catch (KubeException away) {
            // The deadline removes it from the node, whatever becomes of us.
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
