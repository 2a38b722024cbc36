package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;

import java.util.Comparator;
import java.util.List;

/** Which pods speak for a workload: those of its newest revision, if it knows revisions. */
final class Pods {

    private Pods() {
    }

    /** The object that makes the pods, which is the one that is told when it may not. */
    static Resource maker(Resource workload, Look look) {
        if (!workload.kind().equals("Deployment")) return workload;
        return look.list(Kind.REPLICA_SET).stream().filter(set -> set.ownedBy(workload))
                .max(Comparator.comparingLong(Pods::revision)).orElse(workload);
    }

    static List<Resource> current(Resource workload, Look look) {
        Resource maker = maker(workload, look);
        List<Resource> pods = look.list(Kind.POD).stream().filter(pod -> pod.ownedBy(maker) && !pod.beingDeleted()).toList();
        String newest = workload.text("status", "updateRevision");
        if (newest.isEmpty()) return pods;
        List<Resource> updated = pods.stream().filter(pod -> pod.label("controller-revision-hash").equals(newest)).toList();
        return updated.isEmpty() ? pods : updated;
    }

    /** Pods of a StatefulSet's former template that crash and hence are never replaced by its controller. */
    static List<Resource> stuckOnFormerTemplate(Resource set, Look look) {
        String newest = set.text("status", "updateRevision");
        boolean seen = set.number("status", "observedGeneration") >= set.generation();
        if (!set.kind().equals("StatefulSet") || newest.isEmpty() || !seen) return List.of();
        return look.list(Kind.POD).stream()
                .filter(pod -> pod.ownedBy(set) && !pod.beingDeleted() && !pod.label("controller-revision-hash").equals(newest))
                .filter(pod -> !pod.has("Ready")).toList();
    }

    private static long revision(Resource replicaSet) {
        String revision = replicaSet.annotation("deployment.kubernetes.io/revision");
        return revision.matches("\\d{1,18}") ? Long.parseLong(revision) : 0;
    }
}
