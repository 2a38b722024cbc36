package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One copy of what goes on in the cluster, shared by all who wait: each kind of a namespace is watched once, from
 * the first time somebody asks for it, however many wait for it.
 */
public final class ClusterWatch implements AutoCloseable {

    private static final Duration STALE_NODES = Duration.ofSeconds(5);

    private final Kube kube;
    private final Map<String, Kube.View> views = new ConcurrentHashMap<>();
    private final Object news = new Object();
    private long changes;

    public ClusterWatch(Kube kube) {
        this.kube = kube;
    }

    Look look(String namespace) {
        return new Namespace(namespace);
    }

    /** A number that grows with every change seen. */
    long changes() {
        synchronized (news) {
            return changes;
        }
    }

    /** Returns with the first change after the given one, or when the time is up. */
    void await(long seen, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        synchronized (news) {
            while (changes == seen) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) return;
                news.wait(left);
            }
        }
    }

    private void changed() {
        synchronized (news) {
            changes++;
            news.notifyAll();
        }
    }

    @Override
    public void close() {
        views.values().forEach(Kube.View::close);
    }

    private final class Namespace implements Look {
        private final String namespace;
        private List<Resource> pods = List.of();
        private Instant podsAsOf = Instant.MIN;

        private Namespace(String namespace) {
            this.namespace = namespace;
        }

        @Override
        public List<Resource> list(Kind kind) {
            return view(kind).list();
        }

        @Override
        public Optional<Resource> get(Kind kind, String name) {
            return view(kind).get(kind.namespaced() ? namespace : "", name);
        }

        private Kube.View view(Kind kind) {
            String where = kind.namespaced() ? namespace : "";
            return views.computeIfAbsent(kind.plural() + "." + kind.group() + "/" + where, key -> kube.view(kind, where, ClusterWatch.this::changed));
        }

        @Override
        public List<Resource> podsEverywhere() {
            // Only asked for while something does not fit: worth a listing now and then, not a watch on the whole cluster.
            if (podsAsOf.isBefore(Instant.now().minus(STALE_NODES))) {
                pods = kube.list(Kind.POD, "");
                podsAsOf = Instant.now();
            }
            return pods;
        }

        @Override
        public String lastLines(String pod, String container, boolean previous) {
            String lines = kube.logs(namespace, pod, container, previous, 5);
            return lines.isBlank() && previous ? kube.logs(namespace, pod, container, false, 5) : lines;
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    }
}
