package dev.datamill.images;

import dev.datamill.event.Event;
import dev.datamill.event.Event.Subject;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Builds images that are not current, each as soon as what it stands on is there, two at a time. */
public final class ImageBuilds {

    private static final int AT_ONCE = 2;

    private final ImageCatalog catalog;
    private final ImageStore store;
    private final Supplier<Workshop> workshop;

    /** @param workshop asked for only when there is something to build */
    public ImageBuilds(ImageCatalog catalog, ImageStore store, Supplier<Workshop> workshop) {
        this.catalog = catalog;
        this.store = store;
        this.workshop = workshop;
    }

    /** How it ended for each image that was asked for, or that one stands on. */
    public record Result(Map<String, Outcome> outcomes, List<ImageException> failures) {
        public boolean ok() {
            return failures.isEmpty();
        }
    }

    public static Subject subject(String image) {
        return Subject.step("", "image " + image);
    }

    /** Makes these images current. Harmless twice: what is current is not touched. */
    public Result build(Collection<String> names, Events events) throws ImageException, InterruptedException {
        List<ImageSpec> order = catalog.inOrder(names);
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        List<ImageSpec> missing = new ArrayList<>();
        for (ImageSpec image : order) {
            if (store.find(image, catalog.key(image)).isPresent()) outcomes.put(image.name(), Outcome.UNCHANGED);
            else missing.add(image);
        }
        if (missing.isEmpty()) return new Result(outcomes, List.of());
        try (Turn turn = Turn.take(store.folder(".").resolve("lock"), events)) {
            // Somebody else may have built them while this one waited for its turn.
            missing.removeIf(image -> store.find(image, catalog.key(image)).isPresent());
            return missing.isEmpty() ? new Result(outcomes, List.of()) : build(missing, outcomes, events);
        } catch (IOException e) {
            throw Failure.of("use " + store.home(), e);
        }
    }

    private Result build(List<ImageSpec> missing, Map<String, Outcome> outcomes, Events events) throws ImageException, IOException, InterruptedException {
        checkSpace(missing);
        Artifacts.delete(store.home().resolve("work"));
        Workshop tools = workshop.get();
        tools.open(store, catalog);
        ExecutorService preparing = Executors.newFixedThreadPool(AT_ONCE);
        ExecutorService building = Executors.newFixedThreadPool(AT_ONCE);
        List<ImageException> failures = new ArrayList<>();
        Map<String, CompletableFuture<Void>> done = new LinkedHashMap<>();
        try {
            for (ImageSpec image : missing) {
                CompletableFuture<Map<String, Path>> artifacts = new CompletableFuture<>();
                preparing.execute(() -> complete(artifacts, () -> tools.prepare(image, events)));
                List<CompletableFuture<Void>> parents = image.needs().stream().filter(done::containsKey).map(done::get).toList();
                done.put(image.name(), CompletableFuture.allOf(parents.toArray(CompletableFuture[]::new))
                        .handle((ok, parentFailed) -> parentFailed)
                        .thenCombine(artifacts.handle((made, failed) -> failed == null ? made : failed), (parentFailed, made) -> {
                            if (made instanceof Throwable failed) throw new CompletionException(cause(failed));
                            if (parentFailed != null) throw new CompletionException(new ParentFailed(image));
                            @SuppressWarnings("unchecked") Map<String, Path> paths = (Map<String, Path>) made;
                            return paths;
                        })
                        .thenAcceptAsync(made -> {
                            CompletableFuture<Void> one = new CompletableFuture<>();
                            complete(one, () -> {
                                tools.build(image, made, events);
                                return null;
                            });
                            one.join();
                        }, building));
            }
            for (ImageSpec image : missing) outcomes.put(image.name(), outcome(image, done.get(image.name()), failures, events));
            // Waiting for what is done already does not notice an interruption.
            if (Thread.interrupted()) throw new InterruptedException();
            return new Result(outcomes, failures);
        } finally {
            preparing.shutdownNow();
            building.shutdownNow();
            Artifacts.delete(store.home().resolve("work"));
        }
    }

    private Outcome outcome(ImageSpec image, CompletableFuture<Void> build, List<ImageException> failures, Events events) throws InterruptedException {
        try {
            build.get();
            return Outcome.CREATED;
        } catch (ExecutionException e) {
            Throwable cause = cause(e);
            if (cause instanceof ParentFailed) {
                events.on(new Event.Skipped(subject(image.name()), "what it stands on could not be built"));
                return Outcome.SKIPPED;
            }
            if (cause instanceof InterruptedException) throw new InterruptedException();
            ImageException failure = cause instanceof ImageException known ? known
                    : new ImageException("could not build " + image.name() + ": " + cause, "this is a defect of Data-Mill", cause);
            events.on(new Event.Failed(subject(image.name()), failure.getMessage(), failure.remedy()));
            failures.add(failure);
            return Outcome.FAILED;
        }
    }

    /** Before anything is fetched: an image needs its size in the builder and about half of it again in the store. */
    private void checkSpace(List<ImageSpec> missing) throws ImageException, IOException {
        long wanted = missing.stream().mapToLong(ImageSpec::budget).sum();
        long free = Files.getFileStore(store.folder(".")).getUsableSpace();
        if (free >= wanted) return;
        String names = missing.stream().map(ImageSpec::name).collect(Collectors.joining(", "));
        throw new ImageException("building %s may take %.1f GB, and %s has %.1f GB free".formatted(names, wanted / 1e9, store.home(), free / 1e9),
                "free some space, or set DATAMILL_HOME to a larger disk");
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> void complete(CompletableFuture<T> future, Work<T> work) {
        try {
            future.complete(work.run());
        } catch (Throwable e) {
            future.completeExceptionally(e);
        }
    }

    private static Throwable cause(Throwable e) {
        return (e instanceof CompletionException || e instanceof ExecutionException) && e.getCause() != null ? cause(e.getCause()) : e;
    }

    private static final class ParentFailed extends Exception {
        ParentFailed(ImageSpec image) {
            super(image.name(), null, false, false);
        }
    }

    /** One process builds at a time; the next waits and says so. The system lets go of the lock of one that died. */
    private record Turn(FileChannel channel, FileLock lock) implements AutoCloseable {

        static Turn take(Path file, Events events) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    events.on(new Event.Note(Subject.run("images"), "another datamill is building images; waiting for it"));
                    lock = channel.lock();
                }
                return new Turn(channel, lock);
            } catch (IOException | OverlappingFileLockException e) {
                channel.close();
                throw e instanceof IOException io ? io : new IOException("images are being built by this process already", e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
