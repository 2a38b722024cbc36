package dev.datamill.run;

import dev.datamill.config.Durations;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deletes objects, and waits until they are really gone: what still has a finalizer is still served by somebody. */
final class Gone {

    private final Kube kube;

    Gone(Kube kube) {
        this.kube = kube;
    }

    void delete(Resource object) {
        kind(object).ifPresent(kind -> kube.delete(kind, object.namespace(), object.name()));
    }

    void await(List<Resource> objects, Duration patience, Progress progress) throws StepFailed, InterruptedException {
        Map<Resource, Kind> open = new HashMap<>();
        for (Resource object : objects) kind(object).ifPresent(kind -> open.put(object, kind));
        if (open.isEmpty()) return;
        try (Watching watching = new Watching(open)) {
            long until = System.nanoTime() + patience.toNanos();
            while (true) {
                long seen = watching.changes();
                List<Resource> left = watching.left();
                if (left.isEmpty()) return;
                if (System.nanoTime() >= until) throw stuck(left.get(0), left.size(), patience);
                progress.says("waiting for " + left.get(0).shown() + " to go" + (left.size() > 1 ? " (and " + (left.size() - 1) + " more)" : ""));
                watching.await(seen);
            }
        }
    }

    private StepFailed stuck(Resource object, int count, Duration patience) {
        List<String> finalizers = object.names("metadata", "finalizers");
        return new StepFailed(object.shown() + " is not gone after " + Durations.show(patience) + (count > 1 ? ", nor are " + (count - 1) + " others" : "")
                + (finalizers.isEmpty() ? "" : "; it waits for " + String.join(", ", finalizers)),
                finalizers.isEmpty() ? "run it again" : "whoever serves that finalizer is not working; see its pods, or release the object: kubectl -n "
                        + object.namespace() + " patch " + object.shown().toLowerCase() + " --type=merge -p '{\"metadata\":{\"finalizers\":null}}'");
    }

    private Optional<Kind> kind(Resource object) {
        try {
            return kube.kind(object.apiVersion(), object.kind());
        } catch (KubeException unknown) {
            return Optional.empty();
        }
    }

    private final class Watching implements AutoCloseable {
        private final Map<Resource, Kind> wanted;
        private final Map<String, Kube.View> views = new HashMap<>();
        private long changes;

        private Watching(Map<Resource, Kind> wanted) {
            this.wanted = wanted;
            wanted.forEach((object, kind) -> views.computeIfAbsent(key(object, kind),
                    k -> kube.view(kind, kind.namespaced() ? object.namespace() : "", this::changed)));
        }

        private List<Resource> left() {
            List<Resource> left = new ArrayList<>();
            wanted.forEach((object, kind) -> views.get(key(object, kind)).get(kind.namespaced() ? object.namespace() : "", object.name())
                    // One of the same name that was made since is not the one that was to go.
                    .filter(now -> object.uid().isEmpty() || now.uid().equals(object.uid())).ifPresent(left::add));
            return left;
        }

        private static String key(Resource object, Kind kind) {
            return kind.shown() + "/" + (kind.namespaced() ? object.namespace() : "");
        }

        private synchronized void changed() {
            changes++;
            notifyAll();
        }

        private synchronized long changes() {
            return changes;
        }

        private synchronized void await(long seen) throws InterruptedException {
            if (changes == seen) wait(2000);
        }

        @Override
        public void close() {
            views.values().forEach(Kube.View::close);
        }
    }
}
