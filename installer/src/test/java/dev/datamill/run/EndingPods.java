package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A cluster in which every pod ends at once, with the status and the words that the test chose for it; all is written down. */
final class EndingPods implements Kube {

    /** @param status null for a pod that goes on */
    record End(Integer status, String log) {
    }

    final List<Resource> made = Collections.synchronizedList(new ArrayList<>());
    final List<String> deleted = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Resource> there = new ConcurrentHashMap<>();
    private final Map<String, Resource> pods = new ConcurrentHashMap<>();
    private final Function<Resource, End> ends;

    EndingPods(Function<Resource, End> ends) {
        this.ends = ends;
    }

    List<Resource> madeOf(String kind) {
        return made.stream().filter(r -> r.kind().equals(kind)).toList();
    }

    @Override
    public Resource create(Resource resource) {
        made.add(resource);
        if (!resource.kind().equals("Pod")) return resource;
        Integer status = ends.apply(resource).status();
        pods.put(resource.name(), status == null ? resource : resource.with(
                List.of(Map.of("name", "task", "state", Map.of("terminated", Map.of("exitCode", status, "reason", "Completed")))), "status", "containerStatuses"));
        return resource;
    }

    @Override
    public View view(Kind kind, String namespace, Runnable changed) {
        return new View() {
            @Override
            public List<Resource> list() {
                return kind.equals(Kind.POD) ? List.copyOf(pods.values()) : List.of();
            }

            @Override
            public Optional<Resource> get(String in, String name) {
                return Optional.ofNullable(kind.equals(Kind.POD) ? pods.get(name) : null);
            }

            @Override
            public void close() {
            }
        };
    }

    @Override
    public String logs(String namespace, String pod, String container, boolean previous, int lines) {
        return ends.apply(pods.get(pod)).log();
    }

    @Override
    public Optional<Resource> get(Kind kind, String namespace, String name) {
        return Optional.ofNullable(there.get(kind.name() + "/" + name));
    }

    @Override
    public boolean delete(Kind kind, String namespace, String name) {
        return deleted.add(kind.name() + "/" + name);
    }

    @Override
    public boolean deleteNow(Kind kind, String namespace, String name) {
        return delete(kind, namespace, name);
    }

    @Override
    public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
        return there.entrySet().stream().filter(e -> e.getKey().startsWith(kind.name() + "/")).map(Map.Entry::getValue)
                .filter(r -> labels.entrySet().stream().allMatch(l -> r.label(l.getKey()).equals(l.getValue()))).toList();
    }

    @Override
    public void close() {
    }

    @Override
    public Access access() {
        return new Access(Path.of("none"), "none");
    }

    @Override
    public Version version(Duration patience) {
        throw new UnsupportedOperationException("version");
    }

    @Override
    public Resource apply(Resource resource, boolean force) {
        throw new UnsupportedOperationException("apply");
    }

    @Override
    public Resource replace(Resource resource) {
        throw new UnsupportedOperationException("replace");
    }

    @Override
    public Resource patch(Kind kind, String namespace, String name, Map<String, Object> patch) {
        throw new UnsupportedOperationException("patch");
    }

    @Override
    public Optional<Kind> kind(String apiVersion, String name) {
        return Kind.known(apiVersion, name);
    }

    @Override
    public Optional<Kind> kindNamed(String name) {
        return Optional.empty();
    }

    @Override
    public List<Kind> kinds() {
        return List.of();
    }

    @Override
    public boolean may(String verb, Kind kind, String namespace) {
        return true;
    }

    @Override
    public AutoCloseable followLogs(String namespace, String pod, String container, int lines, Consumer<String> line) {
        throw new UnsupportedOperationException("followLogs");
    }

    @Override
    public int exec(String namespace, String pod, String container, List<String> command, Streams streams) {
        throw new UnsupportedOperationException("exec");
    }

    @Override
    public Forward forward(String namespace, String service, int port, int localPort) {
        throw new UnsupportedOperationException("forward");
    }
}
