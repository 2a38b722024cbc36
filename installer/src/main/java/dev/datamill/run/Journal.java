package dev.datamill.run;

import dev.datamill.helm.ReleaseRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this run has put its hands on, in order. */
final class Journal implements ReleaseWork.Touched {

    private final RunLease lease;
    private final Map<String, String> earlier;
    private final List<Entry> entries = new ArrayList<>();

    Journal(RunLease lease) {
        this.lease = lease;
        this.earlier = lease.touched();
    }

    /** @param before the last state of the release that was good; empty when this run created it */
    record Entry(String namespace, String release, String component, Optional<ReleaseRecord> before) {
    }

    @Override
    public synchronized void release(String namespace, String release, String component, Optional<ReleaseRecord> before) {
        // Written down before the first change: if this run dies, the next one knows whose the half-done release is.
        if (!earlier.containsKey(release)) lease.touches(release, component);
        entries.add(new Entry(namespace, release, component, before));
    }

    @Override
    public boolean ours(String namespace, String release) {
        return earlier.containsKey(release);
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
