package dev.datamill.run;

import dev.datamill.config.Json;
import dev.datamill.event.Outcome;
import dev.datamill.helm.ChartStore;
import dev.datamill.helm.Helm;
import dev.datamill.helm.HelmException;
import dev.datamill.helm.Manifests;
import dev.datamill.helm.ReleaseRecord;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings a release to where the plan wants it; touches nothing where it is there already. */
final class ReleaseWork {

    private static final int KEPT_REVISIONS = 5;

    private final Kube kube;
    private final Helm helm;
    private final ChartStore charts;
    private final Releases releases;
    private final Definitions definitions;
    private final ClusterWatch watch;
    private final Options options;
    private final Touched touched;

    ReleaseWork(Kube kube, Helm helm, ChartStore charts, ClusterWatch watch, Options options, Touched touched) {
        this.kube = kube;
        this.helm = helm;
        this.charts = charts;
        this.releases = new Releases(kube);
        this.definitions = new Definitions(kube);
        this.watch = watch;
        this.options = options;
        this.touched = touched;
    }

    /** Keeps in mind what this run has changed: for the next run if this one dies, and for a rollback. */
    interface Touched {
        void release(String namespace, String release, String component, Optional<ReleaseRecord> before);

        /** Whether an earlier run of ours was at this release, though its record does not say so. */
        boolean ours(String namespace, String release);
    }

    Outcome apply(Step.ReleaseChart step, Progress progress) throws StepFailed, InterruptedException {
        ChartStore.Chart chart = chart(step);
        String key = key(chart, step.values());
        Optional<ReleaseRecord> before = releases.latest(step.namespace(), step.release());
        if (before.isPresent()) {
            refuseForeign(step, before.get());
            if (releases.mend(before.get())) {
                progress.note("release " + step.release() + " was left " + before.get().status() + " by a run that was stopped; it is mended");
                before = releases.latest(step.namespace(), step.release());
            }
        }
        if (before.isPresent() && unchanged(before.get(), key)) {
            mark(before.get(), step.component());
            return Outcome.UNCHANGED;
        }
        touched.release(step.namespace(), step.release(), step.component(), before);
        define(step, chart, progress);
        call(step, chart, key, progress);
        List<ReleaseRecord> newest = releases.latest(step.namespace(), step.release()).stream().toList();
        for (ReleaseRecord record : newest) {
            mark(record, step.component());
            forgetOldRevisions(record);
        }
        boolean first = before.isEmpty() || before.get().status().equals("uninstalled");
        return first ? Outcome.CREATED : Outcome.UPDATED;
    }

    private ChartStore.Chart chart(Step.ReleaseChart step) throws StepFailed, InterruptedException {
        try {
            return charts.chart(step.source());
        } catch (IOException e) {
            throw new StepFailed("chart " + step.source().shown() + " cannot be had: " + e.getMessage(), "", e);
        }
    }

    /** One key for all that decides what a release is: chart content and values. */
    static String key(ChartStore.Chart chart, Map<String, Object> values) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(chart.digest().getBytes(StandardCharsets.UTF_8));
            sha.update(Json.line(sorted(values)).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((k, v) -> sorted.put(String.valueOf(k), sorted(v)));
            return sorted;
        }
        return value instanceof List<?> list ? list.stream().map(ReleaseWork::sorted).toList() : value;
    }

    private boolean unchanged(ReleaseRecord record, String key) {
        return record.status().equals("deployed") && Releases.key(record).filter(key::equals).isPresent() && allThere(record);
    }

    /** What somebody deleted by hand comes back. */
    private boolean allThere(ReleaseRecord record) {
        Map<String, Set<String>> names = new HashMap<>();
        for (Resource object : Releases.objects(record, kube)) {
            Optional<Kind> kind = kube.kind(object.apiVersion(), object.kind());
            if (kind.isEmpty()) return false;
            String where = kind.get().namespaced() ? object.namespace() : "";
            Set<String> there = names.computeIfAbsent(kind.get().shown() + "/" + where, k -> {
                Set<String> found = new HashSet<>();
                kube.list(kind.get(), where).forEach(r -> found.add(r.name()));
                return found;
            });
            if (!there.contains(object.name())) return false;
        }
        return true;
    }

    private void refuseForeign(Step.ReleaseChart step, ReleaseRecord record) throws StepFailed {
        boolean ours = !record.secret().label(Releases.COMPONENT).isEmpty() || Releases.key(record).isPresent()
                || touched.ours(step.namespace(), step.release());
        if (!ours) {
            throw new StepFailed("there is a release " + step.release() + " already (" + record.chart() + ", " + record.status()
                    + "), which Data-Mill did not make", "give this one another name with 'release:' in the flavour's section, or take the other away: helm -n "
                    + step.namespace() + " uninstall " + step.release());
        }
    }

    private void define(Step.ReleaseChart step, ChartStore.Chart chart, Progress progress) throws StepFailed, InterruptedException {
        try {
            List<Resource> wanted = Manifests.objects(helm.definitions(chart.path())).stream()
                    .filter(object -> object.kind().equals("CustomResourceDefinition")).toList();
            if (!wanted.isEmpty()) definitions.apply(wanted, step.component(), watch, progress);
        } catch (HelmException broken) {
            throw new StepFailed("chart " + step.source().shown() + ": " + broken.getMessage(), "", broken);
        }
    }

    private void call(Step.ReleaseChart step, ChartStore.Chart chart, String key, Progress progress) throws StepFailed, InterruptedException {
        Helm.Request request = new Helm.Request(step.namespace(), step.release(), chart.path(), step.values(), Releases.note(key),
                options.patience(step.timeout()));
        try {
            new Retry(Duration.ofMinutes(2), Duration.ofMillis(500)).run(HelmException.class,
                    e -> e.unreachable() || e.webhookNotThere() || e.kindNotServedYet() || e.inProgress(),
                    e -> {
                        progress.says(e.webhookNotThere() ? "a webhook is not answering yet" : e.kindNotServedYet()
                                ? "a new kind is not served yet" : e.inProgress() ? "mending a half-done release" : "the API server does not answer");
                        // What this very call left half-done is nobody's but ours.
                        if (e.inProgress()) releases.latest(step.namespace(), step.release()).ifPresent(releases::mend);
                    },
                    () -> helm.release(request));
        } catch (HelmException refused) {
            throw explained(step, refused);
        }
    }

    private StepFailed explained(Step.ReleaseChart step, HelmException refused) {
        String words = refused.getMessage().replace("Release \"" + step.release() + "\" failed: ", "");
        Optional<Cause> hook = words.contains("hook") || words.contains("timed out") ? hookCause(step) : Optional.empty();
        if (hook.isPresent()) return new StepFailed("a hook of release " + step.release() + " failed; " + hook.get().text(), hook.get().advice(), refused);
        if (words.contains("exceeds the limit") || words.contains("Too long: must have at most 1048576") || words.contains("Request entity too large")) {
            return new StepFailed("release " + step.release() + " is too large for its record (1 MiB after zipping): " + words,
                    "split the chart, or move large files out of it into a ConfigMap of their own", refused);
        }
        if (words.contains("admission webhook") && words.contains("denied")) {
            return new StepFailed("release " + step.release() + ": an admission webhook refused: " + words,
                    "the webhook's owner says what it allows; change the component's values to fit", refused);
        }
        if (words.contains("is forbidden")) {
            return new StepFailed("release " + step.release() + ": the cluster forbids it: " + words,
                    "the user of this kubeconfig lacks a permission, or a policy stands against it", refused);
        }
        if (words.contains("values don't meet the specifications of the schema")) {
            return new StepFailed("release " + step.release() + ": " + words, "correct the values; 'datamill plan --verbose' shows where each was written", refused);
        }
        if (words.contains("invalid ownership metadata") || words.contains("cannot be imported into the current release")) {
            return new StepFailed("release " + step.release() + ": " + words,
                    "something of that name is there that another release or person made; rename or remove it", refused);
        }
        return new StepFailed("release " + step.release() + ": " + words, "", refused);
    }

    private Optional<Cause> hookCause(Step.ReleaseChart step) {
        Look look = watch.look(step.namespace());
        return look.list(Kind.JOB).stream()
                .filter(job -> !job.annotation("helm.sh/hook").isEmpty() && !job.has("Complete"))
                .max(Comparator.comparing(job -> job.created().orElse(java.time.Instant.EPOCH)))
                .flatMap(new Causes(look, true)::of);
    }

    private void mark(ReleaseRecord record, String component) {
        Set<String> flavours = new TreeSet<>(Releases.flavours(record.secret()));
        // Helm makes a new Secret with each revision; who uses the release stands on the one before.
        releases.lastGood(record.namespace(), record.name(), record.revision()).ifPresent(last -> flavours.addAll(Releases.flavours(last.secret())));
        if (!options.flavour().isEmpty()) flavours.add(options.flavour());
        releases.mark(record, component, flavours);
    }

    private void forgetOldRevisions(ReleaseRecord newest) {
        for (Resource secret : kube.list(Kind.SECRET, newest.namespace(), Map.of("owner", "helm", "name", newest.name()))) {
            String revision = secret.label("version");
            if (!revision.matches("\\d{1,9}") || Integer.parseInt(revision) > newest.revision() - KEPT_REVISIONS) continue;
            try {
                kube.delete(Kind.SECRET, newest.namespace(), secret.name());
            } catch (KubeException stays) {
                // An old record more is no harm; the next upgrade tries again.
            }
        }
    }
}
