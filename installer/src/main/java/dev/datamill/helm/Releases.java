package dev.datamill.helm;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The releases of a namespace, as Helm's own records in the cluster tell. What is ours of them, and for which
 * flavours, stands on the record's Secret.
 */
public final class Releases {

    public static final String COMPONENT = "datamill.dev/component";
    public static final String FLAVOURS = "datamill.dev/flavours";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String NOTE = "datamill ";

    private final Kube kube;

    public Releases(Kube kube) {
        this.kube = kube;
    }

    /** The newest revision of a release, whatever its state. */
    public Optional<ReleaseRecord> latest(String namespace, String release) {
        return kube.list(Kind.SECRET, namespace, Map.of("owner", "helm", "name", release)).stream()
                .max(Comparator.comparingInt(Releases::revision)).map(ReleaseRecord::read);
    }

    /** The revision before the newest that was once deployed. */
    public Optional<ReleaseRecord> lastGood(String namespace, String release, int before) {
        return kube.list(Kind.SECRET, namespace, Map.of("owner", "helm", "name", release)).stream()
                .filter(secret -> revision(secret) < before)
                .filter(secret -> Set.of("deployed", "superseded").contains(secret.label("status")))
                .max(Comparator.comparingInt(Releases::revision)).map(ReleaseRecord::read);
    }

    /** The newest Secret of every release, unread: its labels and annotations are enough for most questions. */
    public List<Resource> secrets(String namespace) {
        Map<String, Resource> newest = new TreeMap<>();
        for (Resource secret : kube.list(Kind.SECRET, namespace, Map.of("owner", "helm"))) {
            newest.merge(secret.label("name"), secret, (a, b) -> revision(a) > revision(b) ? a : b);
        }
        return List.copyOf(newest.values());
    }

    public List<Resource> ours(String namespace) {
        return secrets(namespace).stream().filter(secret -> !secret.label(COMPONENT).isEmpty()).toList();
    }

    /** The description that carries our key; Helm writes it together with the release, so it is never wrong. */
    public static String note(String key) {
        return NOTE + key;
    }

    public static Optional<String> key(ReleaseRecord record) {
        return record.note().startsWith(NOTE) ? Optional.of(record.note().substring(NOTE.length())) : Optional.empty();
    }

    public static Set<String> flavours(Resource secret) {
        Set<String> flavours = new TreeSet<>();
        for (String name : secret.annotation(FLAVOURS).split(",")) if (!name.isBlank()) flavours.add(name.strip());
        return flavours;
    }

    /** Says on the record whose it is. Does nothing when it says so already. */
    public void mark(ReleaseRecord record, String component, Set<String> flavours) {
        Resource secret = record.secret();
        String list = String.join(",", new TreeSet<>(flavours));
        if (secret.label(COMPONENT).equals(component) && secret.annotation(FLAVOURS).equals(list)) return;
        kube.patch(Kind.SECRET, secret.namespace(), secret.name(), Map.of("metadata", Map.of(
                "labels", Map.of(COMPONENT, component, MANAGED_BY, "datamill"),
                "annotations", Map.of(FLAVOURS, list))));
    }

    /**
     * Mends a record that says somebody is at work on it, when nobody is: with the state 'failed' the next upgrade
     * goes through, and works from what was deployed last.
     */
    public boolean mend(ReleaseRecord record) {
        if (!stuck(record.status())) return false;
        try {
            kube.replace(record.withStatus("failed", "the run that did this was stopped in the middle").secret());
            return true;
        } catch (KubeException gone) {
            if (gone.is(KubeException.Reason.NOT_FOUND)) return false;
            throw gone;
        }
    }

    public static boolean stuck(String status) {
        return status.startsWith("pending-") || status.equals("uninstalling");
    }

    public void rewriteManifest(ReleaseRecord record, String manifest) {
        kube.replace(record.withManifest(manifest).secret());
    }

    /** Objects named by a manifest, with the namespace that Helm would give them. */
    public static List<Resource> objects(ReleaseRecord record, Kube kube) {
        return Manifests.objects(record.manifest()).stream().map(object -> {
            boolean named = !object.namespace().isEmpty();
            boolean namespaced = kube.kind(object.apiVersion(), object.kind()).map(Kind::namespaced).orElse(true);
            return named || !namespaced ? object : object.with(record.namespace(), "metadata", "namespace");
        }).toList();
    }

    private static int revision(Resource secret) {
        String version = secret.label("version");
        return version.matches("\\d{1,9}") ? Integer.parseInt(version) : 0;
    }
}
