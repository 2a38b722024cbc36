package dev.datamill.run;

import dev.datamill.component.Recipe;
import dev.datamill.component.SecretValue;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Looks whether the cluster can take what the plan wants, before anything is changed. Reads only. */
public final class Preflight {

    private static final int OLDEST_MINOR = 28;

    private final Kube kube;

    public Preflight(Kube kube) {
        this.kube = kube;
    }

    /** Something that stands against the plan, and what mends it. */
    public record Lack(String what, String remedy) {
    }

    public List<Lack> check(Plan plan, Kube.Version version) {
        List<Lack> lacks = new ArrayList<>();
        if (version.before(1, OLDEST_MINOR)) {
            lacks.add(new Lack("the cluster runs Kubernetes " + version.text() + ", which is too old", "upgrade it to 1." + OLDEST_MINOR + " or later"));
        }
        permissions(plan, lacks);
        if (!lacks.isEmpty()) return lacks;
        storage(plan, lacks);
        room(plan, lacks);
        lostSecrets(plan, lacks);
        return lacks;
    }

    private void permissions(Plan plan, List<Lack> lacks) {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.SECRET, Kind.LEASE, Kind.SERVICE, Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.POD, Kind.CLAIM,
                Kind.CONFIG_MAP, Kind.SERVICE_ACCOUNT));
        Set<String> missing = new LinkedHashSet<>();
        for (String namespace : namespaces(plan)) {
            boolean there = kube.get(Kind.NAMESPACE, "", namespace).isPresent();
            if (!there && !kube.may("create", Kind.NAMESPACE, "")) missing.add("create Namespace " + namespace);
            for (Kind kind : kinds) if (!kube.may("create", kind, namespace)) missing.add("create " + kind + " in " + namespace);
        }
        if (!missing.isEmpty()) {
            lacks.add(new Lack("the user of context " + kube.access().context() + " may not " + String.join(", ", missing),
                    "use a kubeconfig that may, or have those permissions granted"));
        }
    }

    private static Set<String> namespaces(Plan plan) {
        Set<String> names = new LinkedHashSet<>();
        for (Step step : plan.steps()) if (step instanceof Step.EnsureNamespace ensure) names.add(ensure.namespace());
        return names;
    }

    private void storage(Plan plan, List<Lack> lacks) {
        List<String> wanting = notInstalled(plan).stream().filter(c -> c.content().resources().storage().isPresent()).map(Plan.Planned::name).toList();
        if (wanting.isEmpty()) return;
        List<Resource> classes = kube.list(Kind.STORAGE_CLASS, "");
        if (classes.isEmpty() && kube.list(Kind.VOLUME, "").isEmpty()) {
            lacks.add(new Lack("the cluster has no storage class, and " + String.join(", ", wanting) + " need volumes", "install a storage provisioner"));
        } else if (!classes.isEmpty() && classes.stream().noneMatch(Causes::isDefault)) {
            lacks.add(new Lack("none of the cluster's storage classes is the default, and " + String.join(", ", wanting) + " need volumes",
                    "kubectl annotate storageclass " + classes.get(0).name() + " storageclass.kubernetes.io/is-default-class=true"));
        }
    }

    /** What is not yet there has to fit into what is free; what is there has its place already. */
    private void room(Plan plan, List<Lack> lacks) {
        List<Plan.Planned> coming = notInstalled(plan);
        if (coming.isEmpty()) return;
        List<Resource> nodes = kube.list(Kind.NODE, "").stream().filter(node -> !node.is("spec", "unschedulable")).toList();
        List<Resource> pods = kube.list(Kind.POD, "").stream()
                .filter(p -> !List.of("Succeeded", "Failed").contains(p.text("status", "phase"))).toList();
        compare("cpu", "CPU", coming, nodes, pods, r -> r.cpu().orElse("0"), Quantities::cpu, lacks);
        compare("memory", "memory", coming, nodes, pods, r -> r.memory().orElse("0"), Quantities::bytes, lacks);
    }

    private static void compare(String resource, String shown, List<Plan.Planned> coming, List<Resource> nodes, List<Resource> pods,
                                Function<Recipe.Resources, String> asked, Function<BigDecimal, String> text, List<Lack> lacks) {
        BigDecimal wanted = coming.stream().map(c -> Quantities.parse(asked.apply(c.content().resources()))).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal all = nodes.stream().map(n -> Quantities.parse(n.text("status", "allocatable", resource))).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal used = pods.stream().map(p -> PodCauses.asked(p, resource)).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal free = all.subtract(used).max(BigDecimal.ZERO);
        if (wanted.compareTo(free) > 0) {
            lacks.add(new Lack("the plan asks for " + text.apply(wanted) + (shown.equals("CPU") ? "" : " of " + shown) + ", the cluster has "
                    + text.apply(free) + " free (" + String.join(", ", coming.stream().map(Plan.Planned::name).toList()) + ")",
                    "give the cluster more, or install fewer components"));
        }
    }

    private List<Plan.Planned> notInstalled(Plan plan) {
        Set<String> there = new HashSet<>();
        for (String namespace : namespaces(plan)) {
            kube.list(Kind.SECRET, namespace, Map.of("owner", "helm", Labels.MANAGED_BY, Labels.OURS)).forEach(s -> there.add(s.label(Labels.COMPONENT)));
        }
        return plan.components().stream().filter(c -> !there.contains(c.name())).toList();
    }

    /** A volume that was locked with a password that is gone opens for nobody; a new password would only hide that. */
    private void lostSecrets(Plan plan, List<Lack> lacks) {
        for (Step step : plan.steps()) {
            if (!(step instanceof Step.EnsureSecret secret)) continue;
            boolean own = plan.component(secret.component()).map(c -> c.content().secrets().containsKey(secret.name())).orElse(false);
            boolean generated = secret.keys().values().stream().anyMatch(v -> v instanceof SecretValue.Random || v instanceof SecretValue.Hex);
            if (!own || !generated || kube.get(Kind.SECRET, secret.namespace(), secret.name()).isPresent()) continue;
            List<String> volumes = kube.list(Kind.CLAIM, secret.namespace()).stream()
                    .filter(claim -> claim.label(Releases.COMPONENT).equals(secret.component())).map(Resource::name).toList();
            if (volumes.isEmpty()) continue;
            lacks.add(new Lack("volume " + String.join(", ", volumes) + " of " + secret.component() + " is still there, but its Secret " + secret.name()
                    + " is not: a new password would not open it",
                    "restore the Secret, or give up the data: kubectl -n " + secret.namespace() + " delete pvc " + String.join(" ", volumes)));
        }
    }
}
