package dev.datamill.kube;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One cluster, reached by a kubeconfig file and a context that were both named. Every call says no with a
 * {@link KubeException}; calls that are harmless twice outlive a server that is away for a while.
 */
public interface Kube extends AutoCloseable {

    /** What this program's own fields carry in server-side apply. */
    String FIELD_MANAGER = "datamill";

    /** The kubeconfig file and the context in use, for the tools that need them. */
    Access access();

    /** Asks once, without patience: is there a server, and which? */
    Version version(Duration patience);

    Optional<Resource> get(Kind kind, String namespace, String name);

    /** @param namespace empty for all namespaces, or for kinds that have none */
    List<Resource> list(Kind kind, String namespace, Map<String, String> labels);

    default List<Resource> list(Kind kind, String namespace) {
        return list(kind, namespace, Map.of());
    }

    /** Server-side apply. Without force a field that another owns is a conflict. */
    Resource apply(Resource resource, boolean force);

    Resource create(Resource resource);

    /** Replaces the object if it is still at the version that the given one carries. */
    Resource replace(Resource resource);

    /** A JSON merge patch: maps merge, null removes. */
    Resource patch(Kind kind, String namespace, String name, Map<String, Object> patch);

    /** @return false if it was not there */
    boolean delete(Kind kind, String namespace, String name);

    /** The same without the time to say goodbye that a pod otherwise gets. */
    boolean deleteNow(Kind kind, String namespace, String name);

    /** Keeps a copy of all objects of a kind up to date, over dropped connections too, and tells of each change. */
    View view(Kind kind, String namespace, Runnable changed);

    /** The kind behind the words of a manifest; empty when the server does not serve it. */
    Optional<Kind> kind(String apiVersion, String name);

    /** The kind that a person means by {@code KafkaTopic}, or {@code kafkatopics.kafka.strimzi.io}. */
    Optional<Kind> kindNamed(String name);

    /** Everything the server serves that can be listed and deleted. */
    List<Kind> kinds();

    boolean may(String verb, Kind kind, String namespace);

    /** The last lines of a container; empty when there are none to be had. */
    String logs(String namespace, String pod, String container, boolean previous, int lines);

    /** Passes on each line until the container ends or the returned handle is closed. */
    AutoCloseable followLogs(String namespace, String pod, String container, int lines, Consumer<String> line);

    /** Runs a command in a container to its end, and returns its exit status. */
    int exec(String namespace, String pod, String container, List<String> command, Streams streams) throws InterruptedException;

    /** A port of this machine, on loopback only, that leads to a ready pod of the service. Port 0 takes a free one. */
    Forward forward(String namespace, String service, int port, int localPort);

    @Override
    void close();

    record Access(Path kubeconfig, String context) {
    }

    record Version(String text, int major, int minor) {
        public boolean before(int otherMajor, int otherMinor) {
            return major < otherMajor || major == otherMajor && minor < otherMinor;
        }
    }

    interface View extends AutoCloseable {
        List<Resource> list();

        Optional<Resource> get(String namespace, String name);

        @Override
        void close();
    }

    interface Forward extends AutoCloseable {
        int port();

        @Override
        void close();
    }

    record Streams(InputStream in, OutputStream out, OutputStream err, boolean terminal) {
    }
}
