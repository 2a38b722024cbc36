package dev.datamill.run;

import dev.datamill.helm.Helm;
import dev.datamill.helm.HelmException;
import dev.datamill.helm.ReleaseRecord;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kube;
import dev.datamill.kube.Resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes back what a failed run changed: releases that were there before go back to what they were, those it created
 * and that hold no data are removed.
 */
final class Rollback {

    private final Kube kube;
    private final Helm helm;
    private final Path scratch;

    Rollback(Kube kube, Helm helm, Path scratch) {
        this.kube = kube;
        this.helm = helm;
        this.scratch = scratch;
    }

    /** The last change first. What cannot be taken back is said, and the others still are. */
    void of(List<Journal.Entry> entries, Progress progress) {
        List<Journal.Entry> reversed = new ArrayList<>(entries);
        java.util.Collections.reverse(reversed);
        for (Journal.Entry entry : reversed) {
            try {
                if (entry.before().isPresent()) back(entry, entry.before().get(), progress);
                else remove(entry, progress);
            } catch (HelmException | IOException no) {
                progress.note("release " + entry.release() + " could not be taken back: " + no.getMessage());
            }
        }
    }

    private void remove(Journal.Entry entry, Progress progress) throws HelmException {
        Optional<ReleaseRecord> record = new Releases(kube).latest(entry.namespace(), entry.release());
        if (record.isEmpty()) return;
        List<String> volumes = Volumes.ofRelease(kube, record.get()).stream().map(Resource::name).toList();
        if (!volumes.isEmpty()) {
            progress.note("release " + entry.release() + " stays, it holds data: " + String.join(", ", volumes));
            return;
        }
        helm.uninstall(entry.namespace(), entry.release());
        progress.note("release " + entry.release() + ", new in this run, is removed again");
    }

    private void back(Journal.Entry entry, ReleaseRecord before, Progress progress) throws HelmException, IOException {
        ReleaseRecord good = before.status().equals("deployed") ? before
                : new Releases(kube).lastGood(entry.namespace(), entry.release(), before.revision()).orElse(before);
        Path chart = asChart(good);
        try {
            String note = Releases.key(good).map(Releases::note).orElse("rolled back to revision " + good.revision());
            helm.release(new Helm.Request(entry.namespace(), entry.release(), chart, good.values(), note, Duration.ofMinutes(5)));
            new Releases(kube).latest(entry.namespace(), entry.release())
                    .ifPresent(now -> new Releases(kube).mark(now, entry.component(), Releases.flavours(good.secret())));
            progress.note("release " + entry.release() + " is back at what it was (revision " + good.revision() + ")");
        } finally {
            delete(chart);
        }
    }

    /** The record has no templates of subcharts, but the whole manifest: a chart of just that makes the same objects. */
    private Path asChart(ReleaseRecord good) throws IOException {
        Files.createDirectories(scratch);
        Path chart = Files.createTempDirectory(scratch, "rollback-");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: " + good.chartName() + "\nversion: " + good.chartVersion() + "\n");
        Files.writeString(chart.resolve("manifest.yaml"), good.manifest());
        Files.writeString(chart.resolve("templates/all.yaml"), "{{ .Files.Get \"manifest.yaml\" }}\n");
        return chart;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
