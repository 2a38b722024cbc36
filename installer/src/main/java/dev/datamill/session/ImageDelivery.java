package dev.datamill.session;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.ClusterException;
import dev.datamill.config.Problems;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.images.ImageBuilds;
import dev.datamill.images.ImageCatalog;
import dev.datamill.images.ImageException;
import dev.datamill.images.ImageSpec;
import dev.datamill.images.Images;
import dev.datamill.run.ImageProvider;
import dev.datamill.run.Progress;
import dev.datamill.run.StepFailed;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Builds the images of a plan that its cluster does not have, all in one go so that they share what they stand on,
 * and hands over each as soon as it is there.
 */
public final class ImageDelivery implements ImageProvider {

    private static final String OWN = "datamill.local/";

    private final Images images;
    private final ImageCatalog catalog;
    private final Optional<Cluster.ImageLoader> loader;
    private final Collection<String> wanted;
    private final Object loading = new Object();
    private final Map<String, Progress> told = new ConcurrentHashMap<>();
    private Map<String, CompletableFuture<Void>> builds;

    /** @param wanted the names of all images of the plan */
    public ImageDelivery(Images images, Optional<Cluster.ImageLoader> loader, Collection<String> wanted) {
        this.images = images;
        this.catalog = images.catalog(new Problems());
        this.loader = loader;
        this.wanted = List.copyOf(wanted);
    }

    @Override
    public Outcome provide(String name, String reference, Progress progress) throws StepFailed, InterruptedException {
        ImageSpec image = catalog.find(name).orElseThrow(() -> new StepFailed("there is no image '" + name + "'", "see 'datamill images list'"));
        boolean moved = !reference.startsWith(OWN);
        // A cluster that can only pull, and no registry of ours to pull from: whether it has the image is seen when it starts.
        if (!moved && loader.isEmpty()) return Outcome.UNCHANGED;
        try {
            if (!moved && loader.get().has(reference)) return Outcome.UNCHANGED;
            told.put(name, progress);
            await(name);
            return moved ? push(image, reference, progress) : load(image, progress);
        } catch (ImageException no) {
            throw new StepFailed(no.getMessage(), no.remedy(), no);
        } catch (ClusterException no) {
            throw new StepFailed(no.getMessage(), no.remedy(), no);
        }
    }

    /** One at a time: the node unpacks an image with all its cores. */
    private Outcome load(ImageSpec image, Progress progress) throws ImageException, ClusterException, InterruptedException {
        progress.says("waits for its turn to be loaded");
        synchronized (loading) {
            return images.load(catalog, image, loader.get(), relayed(progress));
        }
    }

    private Outcome push(ImageSpec image, String reference, Progress progress) throws ImageException, InterruptedException {
        String registry = reference.substring(0, reference.length() - catalog.reference(image).length() + OWN.length() - 1);
        images.push(catalog, image, registry, relayed(progress));
        return Outcome.CREATED;
    }

    private void await(String name) throws StepFailed, InterruptedException {
        try {
            builds().get(name).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StepFailed failed) throw new StepFailed(failed.getMessage(), failed.advice(), failed);
            throw new StepFailed("the image " + name + " could not be built: " + e.getCause().getMessage(), "run: datamill images build " + name, e.getCause());
        }
    }

    private synchronized Map<String, CompletableFuture<Void>> builds() {
        if (builds != null) return builds;
        builds = new LinkedHashMap<>();
        for (String name : wanted) builds.put(name, new CompletableFuture<>());
        Thread builder = new Thread(this::build, "images");
        builder.setDaemon(true);
        builder.start();
        return builds;
    }

    private void build() {
        try {
            List<String> missing = wanted.stream().filter(this::missing).toList();
            images.build(catalog, missing, this::relay);
            builds.values().forEach(build -> build.complete(null));
        } catch (ImageException no) {
            fail(builds.values(), new StepFailed(no.getMessage(), no.remedy(), no));
        } catch (InterruptedException | RuntimeException no) {
            fail(builds.values(), new StepFailed("building the images was interrupted", "run the same command again", no));
        }
    }

    private boolean missing(String name) {
        try {
            return loader.isEmpty() || !loader.get().has(catalog.reference(catalog.find(name).orElseThrow()));
        } catch (ClusterException unknown) {
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the builder says of an image goes to that image's step; what it says of a base, to all that wait. */
    private void relay(Event event) {
        String subject = event.subject().step();
        String name = wanted.stream().filter(w -> ImageBuilds.subject(w).step().equals(subject)).findFirst().orElse("");
        CompletableFuture<Void> build = builds.get(name);
        if (event instanceof Event.Finished && build != null) {
            build.complete(null);
        } else if (event instanceof Event.Failed failed) {
            StepFailed no = new StepFailed(failed.message(), failed.advice());
            if (build != null) build.completeExceptionally(no);
            else told.values().forEach(progress -> progress.note(subject + " failed: " + failed.message()));
        } else if (event instanceof Event.Skipped skipped && build != null) {
            build.completeExceptionally(new StepFailed(skipped.reason(), "see the failure of the image it stands on"));
        } else if (event instanceof Event.Progress progress && told.containsKey(name)) {
            Progress step = told.get(name);
            step.events().on(new Event.Progress(step.subject(), progress.message(), progress.done(), progress.total(), progress.unit()));
        } else if (event instanceof Event.Started && build == null) {
            told.values().forEach(progress -> progress.says("waits for " + subject));
        }
    }

    private static Events relayed(Progress step) {
        return event -> {
            if (event instanceof Event.Progress progress) {
                step.events().on(new Event.Progress(step.subject(), progress.message(), progress.done(), progress.total(), progress.unit()));
            }
        };
    }

    private static void fail(Collection<CompletableFuture<Void>> builds, StepFailed no) {
        builds.forEach(build -> build.completeExceptionally(no));
    }
}
