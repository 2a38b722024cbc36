package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stays in a namespace after an uninstall; the namespace itself goes when it was ours and nothing does. */
final class Leftovers {

    /** Kinds that come and go by themselves, or that Kubernetes puts into every namespace. */
    private static final Set<String> PASSING = Set.of("Event", "EndpointSlice", "Endpoints", "Pod", "ReplicaSet", "ControllerRevision", "PodMetrics");

    private final Kube kube;

    Leftovers(Kube kube) {
        this.kube = kube;
    }

    List<String> of(String namespace, boolean mayRemoveNamespace) {
        Optional<Resource> found = kube.get(Kind.NAMESPACE, "", namespace);
        if (found.isEmpty()) return List.of();
        List<String> left = new ArrayList<>();
        List<Resource> claims = kube.list(Kind.CLAIM, namespace);
        claims.forEach(claim -> left.add("volume " + Volumes.shown(claim) + owner(claim)));
        kube.list(Kind.SECRET, namespace).stream().filter(secret -> !secret.text("type").equals("helm.sh/release.v1"))
                .forEach(secret -> left.add("secret " + secret.name() + owner(secret)));
        int others = 0;
        for (Kind kind : kube.kinds()) {
            if (!kind.namespaced() || PASSING.contains(kind.name()) || Set.of("Secret", "PersistentVolumeClaim").contains(kind.name())) continue;
            for (Resource object : kube.list(kind, namespace)) {
                if (automatic(object)) continue;
                others++;
                if (others <= 10) left.add(kind.name() + " " + object.name() + (Labels.ours(object) ? owner(object) : " (not ours)"));
            }
        }
        if (others > 10) left.add("and " + (others - 10) + " more objects");
        long releases = kube.list(Kind.SECRET, namespace, Map.of("owner", "helm")).stream().map(s -> s.label("name")).distinct().count();
        if (releases > 0) left.add(releases + (releases == 1 ? " release" : " releases"));
        boolean ours = Labels.ours(found.get());
        if (left.isEmpty() && ours && mayRemoveNamespace) {
            kube.delete(Kind.NAMESPACE, "", namespace);
            return List.of();
        }
        left.add("namespace " + namespace + (ours ? "" : " (it was there before)"));
        kube.list(Kind.CRD, "").stream().filter(Labels::ours).forEach(crd -> left.add("definition " + crd.name()));
        return left;
    }

    private static String owner(Resource object) {
        String component = object.label(Labels.COMPONENT);
        return component.isEmpty() ? "" : " of " + component;
    }

    private static boolean automatic(Resource object) {
        return object.kind().equals("ConfigMap") && object.name().equals("kube-root-ca.crt")
                || object.kind().equals("ServiceAccount") && object.name().equals("default")
                || object.kind().equals("Lease") && object.name().equals(RunLease.NAME);
    }
}
