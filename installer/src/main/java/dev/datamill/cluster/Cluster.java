package dev.datamill.cluster;

import dev.datamill.event.Events;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Kubernetes cluster that can be started, halted and destroyed, whatever makes it. */
public interface Cluster {

    enum State { ABSENT, HALTED, RUNNING, BROKEN }

    /** The name a person knows it by, such as {@code embedded cluster 'datamill'}. */
    String shown();

    /** The word by which a target file asks for this kind. */
    String provider();

    State state() throws ClusterException, InterruptedException;

    /** What this machine lacks to run it; empty when nothing. Touches nothing. */
    List<Lack> lacks() throws InterruptedException;

    /** Brings it up, or finds it up. Harmless twice. */
    void start(Events events) throws ClusterException, InterruptedException;

    void halt(Events events) throws ClusterException, InterruptedException;

    void destroy(Events events) throws ClusterException, InterruptedException;

    /** A kubeconfig of our own, whose current context is this cluster; only while it runs. */
    Path kubeconfig() throws ClusterException, InterruptedException;

    /** What the target file says differently from what the cluster was made with, one line each. */
    default List<String> changes() {
        return List.of();
    }

    /** Brings image archives to the nodes; empty where this cluster can only pull from a registry. */
    default Optional<ImageLoader> imageLoader() {
        return Optional.empty();
    }

    /** @param remedy the command or step that mends it */
    record Lack(String what, String remedy) {
    }

    interface ImageLoader {
        boolean has(String reference) throws ClusterException, InterruptedException;

        void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException;
    }
}
