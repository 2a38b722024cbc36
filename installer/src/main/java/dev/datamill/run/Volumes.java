package dev.datamill.run;

import dev.datamill.helm.ReleaseRecord;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which volume claims hold the data of a component. */
final class Volumes {

    private Volumes() {
    }

    /** Named in the manifest, made for a StatefulSet of it, or owned by something of it through any number of owners. */
    static List<Resource> ofRelease(Kube kube, ReleaseRecord record) {
        List<Resource> objects = Releases.objects(record, kube);
        Set<String> named = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        Set<String> owners = new HashSet<>();
        for (Resource object : objects) {
            if (object.kind().equals("PersistentVolumeClaim")) named.add(object.name());
            if (object.kind().equals("StatefulSet")) {
                object.items("spec", "volumeClaimTemplates").forEach(t -> prefixes.add(t.name() + "-" + object.name() + "-"));
            }
            if (!Readiness.builtIn(object.apiVersion()) && !object.apiVersion().equals("v1")) {
                kube.kind(object.apiVersion(), object.kind()).flatMap(kind -> kube.get(kind, object.namespace(), object.name()))
                        .ifPresent(live -> owners.add(live.uid()));
            }
        }
        return select(kube, record.namespace(), claim -> named.contains(claim.name())
                || prefixes.stream().anyMatch(prefix -> claim.name().startsWith(prefix) && claim.name().substring(prefix.length()).matches("\\d+"))
                || claim.annotation("meta.helm.sh/release-name").equals(record.name())
                || claim.label("app.kubernetes.io/instance").equals(record.name())
                || claim.items("metadata", "ownerReferences").stream().anyMatch(o -> owners.contains(o.text("uid"))));
    }

    static List<Resource> ofComponent(Kube kube, String namespace, String component) {
        return select(kube, namespace, claim -> claim.label(Labels.COMPONENT).equals(component));
    }

    private static List<Resource> select(Kube kube, String namespace, java.util.function.Predicate<Resource> test) {
        return kube.list(Kind.CLAIM, namespace).stream().filter(test).toList();
    }

    static List<Resource> together(List<Resource> some, List<Resource> others) {
        Map<String, Resource> all = new LinkedHashMap<>();
        some.forEach(r -> all.put(r.name(), r));
        others.forEach(r -> all.put(r.name(), r));
        return new ArrayList<>(all.values());
    }

    static String shown(Resource claim) {
        String size = claim.text("status", "capacity", "storage");
        return claim.name() + (size.isEmpty() ? "" : " (" + size + ")");
    }
}
