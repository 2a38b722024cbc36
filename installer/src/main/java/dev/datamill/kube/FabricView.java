package dev.datamill.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An informer: it lists, watches, and lists again whenever the watch was lost. */
final class FabricView implements Kube.View {

    private final Map<String, Resource> objects = new ConcurrentHashMap<>();
    private SharedIndexInformer<GenericKubernetesResource> informer;

    static FabricView open(KubernetesClient client, MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList,
            io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>> all, Kind kind, String namespace,
                           Function<GenericKubernetesResource, Resource> plain, Runnable changed) {
        FabricView view = new FabricView();
        ResourceEventHandler<GenericKubernetesResource> handler = new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource object) {
                put(object);
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
                // A listing after a lost watch reports everything again; only what differs is a change.
                if (!before.getMetadata().getResourceVersion().equals(object.getMetadata().getResourceVersion())) put(object);
            }

            @Override
            public void onDelete(GenericKubernetesResource object, boolean unknownFinalState) {
                view.objects.remove(key(object.getMetadata().getNamespace(), object.getMetadata().getName()));
                changed.run();
            }

            private void put(GenericKubernetesResource object) {
                Resource resource = plain.apply(object).with(kind.apiVersion(), "apiVersion").with(kind.name(), "kind");
                view.objects.put(key(resource.namespace(), resource.name()), resource);
                changed.run();
            }
        };
        view.informer = kind.namespaced() && !namespace.isEmpty() ? all.inNamespace(namespace).inform(handler, 0)
                : kind.namespaced() ? all.inAnyNamespace().inform(handler, 0) : all.inform(handler, 0);
        // inform() returns when the first list is in the informer's store, maybe before the handler has seen all of it.
        view.informer.getStore().list().forEach(object -> view.objects.putIfAbsent(
                key(object.getMetadata().getNamespace(), object.getMetadata().getName()),
                plain.apply(object).with(kind.apiVersion(), "apiVersion").with(kind.name(), "kind")));
        return view;
    }

    private static String key(String namespace, String name) {
        return (namespace == null ? "" : namespace) + "/" + name;
    }

    @Override
    public List<Resource> list() {
        return List.copyOf(objects.values());
    }

    @Override
    public Optional<Resource> get(String namespace, String name) {
        return Optional.ofNullable(objects.get(key(namespace, name)));
    }

    @Override
    public void close() {
        informer.stop();
    }
}
