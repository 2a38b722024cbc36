package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.objectstore.ObjectStore;
import dev.datamill.objectstore.ObjectStoreException;
import dev.datamill.plan.Step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Buckets, and the files of the data folder that belong into them. What others changed in the lake is theirs. */
final class LakeWork {

    private static final int SIDE_BY_SIDE = 8;
    private static final Retry RETRY = new Retry(Duration.ofMinutes(1), Duration.ofMillis(250));

    private final Lakes lakes;
    private final Options options;

    LakeWork(Lakes lakes, Options options) {
        this.lakes = lakes;
        this.options = options;
    }

    Outcome bucket(Step.EnsureBucket step) throws StepFailed, InterruptedException {
        ObjectStore store = lakes.store(step.lake());
        boolean[] made = new boolean[1];
        try {
            RETRY.run(ObjectStoreException.class, ObjectStoreException::passing, e -> { }, () -> made[0] |= store.ensureBucket(step.bucket()));
        } catch (ObjectStoreException no) {
            throw new StepFailed(no.getMessage(), "", no);
        }
        return made[0] ? Outcome.CREATED : Outcome.UNCHANGED;
    }

    Outcome upload(Step.UploadFolder step, Progress progress) throws StepFailed, InterruptedException {
        ObjectStore store = lakes.store(step.lake());
        Map<String, Path> files = files(step.folder());
        try {
            Map<String, ObjectStore.Stored> there = store.list(step.bucket());
            Tally tally = new Tally(size(files), files.size());
            ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
            try {
                List<Future<?>> all = new ArrayList<>();
                files.forEach((key, file) -> all.add(threads.submit(() -> {
                    one(store, step.bucket(), key, file, Optional.ofNullable(there.get(key)), tally, progress);
                    return null;
                })));
                for (Future<?> each : all) each.get();
            } finally {
                threads.shutdownNow();
            }
            if (options.pruneData()) {
                for (String key : there.keySet()) {
                    if (files.containsKey(key)) continue;
                    store.delete(step.bucket(), key);
                    tally.changed.incrementAndGet();
                }
            }
            if (tally.left.get() > 0) {
                progress.note(tally.left.get() + " objects of bucket " + step.bucket() + " were changed in the lake and stay (--overwrite replaces them)");
            }
            return tally.changed.get() == 0 ? Outcome.UNCHANGED : there.isEmpty() ? Outcome.CREATED : Outcome.UPDATED;
        } catch (ObjectStoreException no) {
            throw failed(step, no);
        } catch (ExecutionException inThread) {
            if (inThread.getCause() instanceof InterruptedException) throw new InterruptedException();
            throw failed(step, inThread.getCause());
        }
    }

    private static StepFailed failed(Step.UploadFolder step, Throwable no) {
        return new StepFailed("the data of bucket " + step.bucket() + " did not all get there: " + no.getMessage(),
                "run it again; what is there already is not sent twice", no);
    }

    private static final class Tally {
        private final long total;
        private final int files;
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger changed = new AtomicInteger();
        private final AtomicInteger left = new AtomicInteger();

        private Tally(long total, int files) {
            this.total = total;
            this.files = files;
        }
    }

    private void one(ObjectStore store, String bucket, String key, Path file, Optional<ObjectStore.Stored> there, Tally tally, Progress progress)
            throws IOException, ObjectStoreException, InterruptedException {
        String hash = hash(file);
        long size = Files.size(file);
        boolean send = true;
        if (there.isPresent()) {
            Optional<String> theirs = there.get().hash().isPresent() ? there.get().hash() : store.hash(bucket, key);
            boolean same = theirs.filter(hash::equals).isPresent() && there.get().size() == size;
            // Without our hash somebody else wrote it: it is not ours to replace.
            boolean foreign = theirs.isEmpty();
            if (foreign && !options.overwrite()) tally.left.incrementAndGet();
            send = !same && (!foreign || options.overwrite());
        }
        if (send) {
            RETRY.run(ObjectStoreException.class, ObjectStoreException::passing, e -> progress.says(e.getMessage()),
                    () -> store.put(bucket, key, file, contentType(file), hash));
            tally.changed.incrementAndGet();
        }
        progress.bytes(tally.files + " files", tally.bytes.addAndGet(size), tally.total);
    }

    static Map<String, Path> files(Path folder) throws StepFailed {
        try (Stream<Path> all = Files.walk(folder)) {
            Map<String, Path> files = new TreeMap<>();
            all.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().equals(".gitkeep"))
                    .forEach(file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
            return files;
        } catch (IOException unreadable) {
            throw new StepFailed("the folder " + folder + " cannot be read: " + unreadable.getMessage(), "", unreadable);
        }
    }

    private static long size(Map<String, Path> files) throws StepFailed {
        long total = 0;
        for (Path file : files.values()) {
            try {
                total += Files.size(file);
            } catch (IOException gone) {
                throw new StepFailed(file + " cannot be read: " + gone.getMessage(), "", gone);
            }
        }
        return total;
    }

    static String hash(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    static String contentType(Path file) {
        String name = file.getFileName().toString().toLowerCase();
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "csv" -> "text/csv";
            case "json", "ipynb" -> "application/json";
            case "jsonl" -> "application/x-ndjson";
            case "parquet" -> "application/vnd.apache.parquet";
            case "py", "txt", "md", "sql", "yaml", "yml" -> "text/plain";
            case "html" -> "text/html";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gz" -> "application/gzip";
            case "zip" -> "application/zip";
            default -> "application/octet-stream";
        };
    }
}
