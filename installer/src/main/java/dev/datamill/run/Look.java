package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What can be seen of a namespace right now, for those who judge it. */
interface Look {

    List<Resource> list(Kind kind);

    Optional<Resource> get(Kind kind, String name);

    /** The pods of all namespaces, since they share the nodes. */
    List<Resource> podsEverywhere();

    String lastLines(String pod, String container, boolean previous);

    Instant now();

    /** What was reported of an object, the newest last. */
    default List<Resource> events(Resource of) {
        return list(Kind.EVENT).stream()
                .filter(e -> e.text("involvedObject", "uid").equals(of.uid()) && !of.uid().isEmpty())
                .sorted(java.util.Comparator.comparing(Look::lastSeen)).toList();
    }

    static Instant lastSeen(Resource event) {
        return event.time("lastTimestamp").or(() -> event.time("series", "lastObservedTime"))
                .or(() -> event.time("eventTime")).or(event::created).orElse(Instant.EPOCH);
    }
}
