package dev.datamill.run;

import dev.datamill.helm.Manifests;
import dev.datamill.helm.ReleaseRecord;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps volumes out of what a chart, a controller or an operator takes along when it goes. */
final class Keeping {

    private static final String POLICY = "helm.sh/resource-policy";

    private Keeping() {
    }

    /**
     * Helm reads what to keep from the manifest in its record, so that is where it has to be written; claims of
     * StatefulSets go by the set's own policy.
     */
    static ReleaseRecord inManifest(Kube kube, Releases releases, ReleaseRecord record, String component) {
        List<Resource> objects = Manifests.objects(record.manifest());
        List<Resource> kept = new ArrayList<>();
        boolean changed = false;
        for (Resource object : objects) {
            boolean claim = object.kind().equals("PersistentVolumeClaim") && !object.annotation(POLICY).equals("keep");
            changed |= claim;
            kept.add(claim ? object.withAnnotation(POLICY, "keep") : object);
        }
        for (Resource object : objects) {
            if (!object.kind().equals("StatefulSet")) continue;
            kube.get(Kind.STATEFUL_SET, record.namespace(), object.name())
                    .filter(set -> set.text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted").equals("Delete"))
                    .ifPresent(set -> kube.patch(Kind.STATEFUL_SET, record.namespace(), set.name(), Map.of("spec",
                            Map.of("persistentVolumeClaimRetentionPolicy", Map.of("whenDeleted", "Retain")))));
        }
        for (Resource claim : Volumes.ofRelease(kube, record)) adopt(kube, claim, component);
        for (Resource object : Releases.objects(record, kube)) {
            if (Readiness.builtIn(object.apiVersion()) || object.apiVersion().equals("v1")) continue;
            kube.kind(object.apiVersion(), object.kind()).flatMap(kind -> kube.get(kind, object.namespace(), object.name()))
                    .ifPresent(live -> letGo(kube, live, record.namespace(), component));
        }
        if (!changed) return record;
        releases.rewriteManifest(record, Manifests.text(kept));
        return releases.latest(record.namespace(), record.name()).orElse(record);
    }

    /** Volumes that belong to an object, or to something it made, belong to nobody from now on. */
    static void letGo(Kube kube, Resource owner, String namespace, String component) {
        Set<String> owners = new HashSet<>(Set.of(owner.uid()));
        for (Kind kind : List.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT, Kind.POD)) {
            for (Resource made : kube.list(kind, namespace)) if (ownedBy(made, owners)) owners.add(made.uid());
        }
        for (Resource claim : kube.list(Kind.CLAIM, namespace)) {
            if (!ownedBy(claim, owners)) continue;
            retain(kube, claim);
            adopt(kube, claim, component);
        }
    }

    private static boolean ownedBy(Resource object, Set<String> owners) {
        return object.items("metadata", "ownerReferences").stream().anyMatch(o -> owners.contains(o.text("uid")));
    }

    /** Without an owner, and with our label: the next run knows whose data it is. */
    private static void adopt(Kube kube, Resource claim, String component) {
        Map<String, Object> meta = new java.util.LinkedHashMap<>();
        meta.put("labels", Map.of(Labels.COMPONENT, component));
        if (!claim.items("metadata", "ownerReferences").isEmpty()) meta.put("ownerReferences", null);
        kube.patch(Kind.CLAIM, claim.namespace(), claim.name(), Map.of("metadata", meta));
    }

    /** Even if its claim is deleted by an operator after all, the volume itself stays. */
    private static void retain(Kube kube, Resource claim) {
        String volume = claim.text("spec", "volumeName");
        if (!volume.isEmpty()) kube.patch(Kind.VOLUME, "", volume, Map.of("spec", Map.of("persistentVolumeReclaimPolicy", "Retain")));
    }

    /** The data is to go: so is the volume behind the claim. */
    static void reclaim(Kube kube, Resource claim) {
        String volume = claim.text("spec", "volumeName");
        if (volume.isEmpty()) return;
        kube.get(Kind.VOLUME, "", volume).filter(v -> v.text("spec", "persistentVolumeReclaimPolicy").equals("Retain"))
                .ifPresent(v -> kube.patch(Kind.VOLUME, "", volume, Map.of("spec", Map.of("persistentVolumeReclaimPolicy", "Delete"))));
    }
}
