package dev.datamill.kube;

import java.util.List;
import java.util.Optional;

/** A kind of resource as the API server serves it. */
public record Kind(String group, String version, String name, String plural, boolean namespaced) {

    public static final Kind NAMESPACE = cluster("", "v1", "Namespace", "namespaces");
    public static final Kind NODE = cluster("", "v1", "Node", "nodes");
    public static final Kind VOLUME = cluster("", "v1", "PersistentVolume", "persistentvolumes");
    public static final Kind CLAIM = inNamespace("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims");
    public static final Kind POD = inNamespace("", "v1", "Pod", "pods");
    public static final Kind SECRET = inNamespace("", "v1", "Secret", "secrets");
    public static final Kind CONFIG_MAP = inNamespace("", "v1", "ConfigMap", "configmaps");
    public static final Kind SERVICE = inNamespace("", "v1", "Service", "services");
    public static final Kind SERVICE_ACCOUNT = inNamespace("", "v1", "ServiceAccount", "serviceaccounts");
    public static final Kind EVENT = inNamespace("", "v1", "Event", "events");
    public static final Kind QUOTA = inNamespace("", "v1", "ResourceQuota", "resourcequotas");
    public static final Kind ENDPOINT_SLICE = inNamespace("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");
    public static final Kind DEPLOYMENT = inNamespace("apps", "v1", "Deployment", "deployments");
    public static final Kind STATEFUL_SET = inNamespace("apps", "v1", "StatefulSet", "statefulsets");
    public static final Kind DAEMON_SET = inNamespace("apps", "v1", "DaemonSet", "daemonsets");
    public static final Kind REPLICA_SET = inNamespace("apps", "v1", "ReplicaSet", "replicasets");
    public static final Kind JOB = inNamespace("batch", "v1", "Job", "jobs");
    public static final Kind LEASE = inNamespace("coordination.k8s.io", "v1", "Lease", "leases");
    public static final Kind STORAGE_CLASS = cluster("storage.k8s.io", "v1", "StorageClass", "storageclasses");
    public static final Kind CRD = cluster("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");
    public static final Kind API_SERVICE = cluster("apiregistration.k8s.io", "v1", "APIService", "apiservices");
    public static final Kind VALIDATING_WEBHOOK = cluster("admissionregistration.k8s.io", "v1",
            "ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
    public static final Kind MUTATING_WEBHOOK = cluster("admissionregistration.k8s.io", "v1",
            "MutatingWebhookConfiguration", "mutatingwebhookconfigurations");

    /** Those that every cluster serves, so that nobody has to ask for them. */
    private static final List<Kind> KNOWN = List.of(NAMESPACE, NODE, VOLUME, CLAIM, POD, SECRET, CONFIG_MAP, SERVICE,
            SERVICE_ACCOUNT, EVENT, QUOTA, ENDPOINT_SLICE, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, JOB, LEASE,
            STORAGE_CLASS, CRD, API_SERVICE, VALIDATING_WEBHOOK, MUTATING_WEBHOOK);

    public static Kind inNamespace(String group, String version, String name, String plural) {
        return new Kind(group, version, name, plural, true);
    }

    public static Kind cluster(String group, String version, String name, String plural) {
        return new Kind(group, version, name, plural, false);
    }

    public static Optional<Kind> known(String apiVersion, String name) {
        return KNOWN.stream().filter(kind -> kind.apiVersion().equals(apiVersion) && kind.name.equals(name)).findFirst();
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name by which kubectl finds it without doubt. */
    public String shown() {
        return group.isEmpty() || group.equals("apps") || group.equals("batch") ? name : name + "." + group;
    }

    @Override
    public String toString() {
        return shown();
    }
}
