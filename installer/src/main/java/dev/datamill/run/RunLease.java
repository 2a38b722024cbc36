package dev.datamill.run;

import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.KubeException.Reason;
import dev.datamill.kube.Resource;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The right to change a namespace, held by one run at a time: a Lease that its holder renews every few seconds.
 * Whether a holder is dead is judged by whether it goes on renewing, never by comparing clocks of two machines; only
 * a holder on this very machine can be asked for directly.
 */
public final class RunLease implements AutoCloseable {

    static final String NAME = "datamill";
    /** The only form that a Lease takes: always six digits after the point. */
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String RELEASE = "datamill.dev/release.";

    private final Kube kube;
    private final String namespace;
    private final Holder self;
    private final ScheduledExecutorService heart;

    private RunLease(Kube kube, String namespace, Holder self, Times times, Runnable lost) {
        this.kube = kube;
        this.namespace = namespace;
        this.self = self;
        this.heart = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
        });
        heart.scheduleWithFixedDelay(() -> beat(lost), times.renew().toMillis(), times.renew().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How often a holder renews, and how long it may be silent. */
    public record Times(Duration renew, Duration silence) {
        static final Times USUAL = new Times(Duration.ofSeconds(4), Duration.ofSeconds(20));
    }

    /** Who is at work: {@code host/pid/boot id}. */
    public record Holder(String host, long pid, String boot) {

        static Holder parse(String text) {
            String[] parts = text.split("/", 3);
            boolean ours = parts.length == 3 && parts[1].matches("\\d{1,18}");
            return ours ? new Holder(parts[0], Long.parseLong(parts[1]), parts[2]) : new Holder(text, 0, "");
        }

        boolean sameMachine(Holder other) {
            return host.equals(other.host) && boot.equals(other.boot) && !boot.isEmpty();
        }

        String text() {
            return host + "/" + pid + "/" + boot;
        }

        String shown() {
            return pid == 0 ? host : "process " + pid + " on " + host;
        }
    }

    /** Somebody else is at work. */
    static final class Held extends Exception {
        Held(String who) {
            super(who);
        }
    }

    /**
     * @param alive asks this machine whether a process lives
     * @param says told while waiting whether a silent holder comes back
     * @param lost called when another run has taken the lease away
     */
    static RunLease take(Kube kube, String namespace, Holder self, Times times, java.util.function.LongPredicate alive,
                         Consumer<String> says, Runnable lost) throws Held, InterruptedException {
        String seen = null;
        long silentSince = 0;
        while (true) {
            Optional<Resource> found = kube.get(Kind.LEASE, namespace, NAME);
            String holderText = found.map(l -> l.text("spec", "holderIdentity")).orElse("");
            if (holderText.isEmpty() || holderText.equals(self.text())) {
                if (claim(kube, namespace, self, times, found)) return new RunLease(kube, namespace, self, times, lost);
                continue;
            }
            Holder holder = Holder.parse(holderText);
            boolean here = holder.sameMachine(self);
            if (here && !alive.test(holder.pid())) {
                says.accept("an earlier run (" + holder.shown() + ") died; this run goes on from there");
                if (claim(kube, namespace, self, times, found)) return new RunLease(kube, namespace, self, times, lost);
                continue;
            }
            String beat = holderText + " " + found.get().text("spec", "renewTime");
            if (here || seen != null && !seen.equals(beat)) throw new Held(holder.shown());
            if (seen == null) {
                seen = beat;
                silentSince = System.nanoTime();
            }
            Duration silent = Duration.ofNanos(System.nanoTime() - silentSince);
            if (silent.compareTo(times.silence()) >= 0) {
                says.accept(holder.shown() + " has been silent for " + times.silence().toSeconds() + " s and is taken for dead; this run goes on from there");
                if (claim(kube, namespace, self, times, found)) return new RunLease(kube, namespace, self, times, lost);
                seen = null;
                continue;
            }
            says.accept(holder.shown() + " holds the namespace; waiting for a sign of life, "
                    + Math.max(1, times.silence().minus(silent).toSeconds()) + " s more");
            TimeUnit.MILLISECONDS.sleep(Math.min(1000, times.renew().toMillis()));
        }
    }

    private static boolean claim(Kube kube, String namespace, Holder self, Times times, Optional<Resource> found) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("holderIdentity", self.text());
        spec.put("leaseDurationSeconds", Math.max(1, times.silence().toSeconds()));
        spec.put("acquireTime", now());
        spec.put("renewTime", now());
        try {
            if (found.isEmpty()) kube.create(Labels.on(Resource.of(Kind.LEASE, namespace, NAME), "").with(spec, "spec"));
            else kube.replace(found.get().with(spec, "spec"));
            return true;
        } catch (KubeException other) {
            // Another run was quicker; look again who it is.
            if (other.is(Reason.CONFLICT) || other.is(Reason.ALREADY_THERE) || other.is(Reason.NOT_FOUND)) return false;
            throw other;
        }
    }

    private void beat(Runnable lost) {
        try {
            Optional<Resource> lease = kube.get(Kind.LEASE, namespace, NAME);
            if (lease.isEmpty() || !lease.get().text("spec", "holderIdentity").equals(self.text())) {
                heart.shutdown();
                lost.run();
                return;
            }
            kube.replace(lease.get().with(now(), "spec", "renewTime"));
        } catch (RuntimeException away) {
            // A server that is away for a moment costs a beat; silence is what others judge by.
        }
    }

    /** Remembers which releases this run touches, so that the next one knows which half-done ones are ours. */
    void touches(String release, String component) {
        kube.patch(Kind.LEASE, namespace, NAME, Map.of("metadata", Map.of("annotations", Map.of(RELEASE + release, component))));
    }

    /** Releases that this or an earlier run was at, by name, with their component. */
    Map<String, String> touched() {
        Map<String, String> touched = new LinkedHashMap<>();
        kube.get(Kind.LEASE, namespace, NAME).ifPresent(lease -> lease.annotations().forEach((key, component) -> {
            if (key.startsWith(RELEASE)) touched.put(key.substring(RELEASE.length()), component);
        }));
        return touched;
    }

    /** Gives the namespace free. */
    @Override
    public void close() {
        heart.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            if (heart.awaitTermination(5, TimeUnit.SECONDS)) {
                kube.get(Kind.LEASE, namespace, NAME)
                        .filter(lease -> lease.text("spec", "holderIdentity").equals(self.text()))
                        .ifPresent(lease -> kube.replace(lease.with("", "spec", "holderIdentity")));
            }
        } catch (KubeException away) {
            // The next run sees that this process is gone.
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static String now() {
        return MICROS.format(Instant.now());
    }
}
