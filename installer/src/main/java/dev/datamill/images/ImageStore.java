package dev.datamill.images;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The images that were built, in DATAMILL_HOME/images: an OCI layout in which images share their layers, and a small file
 * for each image that is written last. What has no such file was never finished.
 */
public final class ImageStore {

    public enum State { ABSENT, BUILT, STALE }

    /** @param digest of the image's manifest in the layout; @param bytes unpacked */
    public record Built(String reference, String digest, long bytes, long seconds, Path bill) {
    }

    private final Path home;
    private final OciLayout layout;

    /** @param home DATAMILL_HOME/images */
    public ImageStore(Path home) {
        this.home = home;
        this.layout = new OciLayout(home.resolve("layout"));
    }

    OciLayout layout() {
        return layout;
    }

    public Path home() {
        return home;
    }

    /** A folder of the store, made for its owner alone. */
    Path folder(String name) throws IOException {
        Path folder = home.resolve(name);
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return folder;
    }

    public Optional<Built> find(ImageSpec image, String key) {
        Path record = record(image.name(), key);
        if (!Files.isRegularFile(record)) return Optional.empty();
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(record)) {
            read.load(reader);
            String digest = read.getProperty("digest", "");
            if (!layout.has(digest)) return Optional.empty();
            return Optional.of(new Built(read.getProperty("reference", ""), digest, Long.parseLong(read.getProperty("bytes", "0")),
                    Long.parseLong(read.getProperty("seconds", "0")), bill(image.name(), key)));
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    public State state(ImageSpec image, String key) {
        if (find(image, key).isPresent()) return State.BUILT;
        return older(image.name(), key) ? State.STALE : State.ABSENT;
    }

    /** The last act of a build: from here on the image is there. */
    void add(ImageSpec image, String key, String reference, String digest, long bytes, long seconds, String bill) throws IOException {
        folder("built/" + image.name());
        Files.writeString(bill(image.name(), key), bill);
        Properties written = new Properties();
        written.setProperty("reference", reference);
        written.setProperty("digest", digest);
        written.setProperty("bytes", Long.toString(bytes));
        written.setProperty("seconds", Long.toString(seconds));
        Path record = record(image.name(), key);
        Path unfinished = record.resolveSibling(record.getFileName() + ".part");
        try (Writer writer = Files.newBufferedWriter(unfinished)) {
            written.store(writer, null);
        }
        Files.move(unfinished, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean older(String name, String key) {
        Path folder = home.resolve("built").resolve(name);
        if (!Files.isDirectory(folder)) return false;
        try (Stream<Path> records = Files.list(folder)) {
            return records.map(file -> file.getFileName().toString())
                    .anyMatch(file -> file.endsWith(".properties") && !file.equals(key + ".properties"));
        } catch (IOException e) {
            return false;
        }
    }

    private Path record(String name, String key) {
        return home.resolve("built").resolve(name).resolve(key + ".properties");
    }

    private Path bill(String name, String key) {
        return home.resolve("built").resolve(name).resolve(key + ".cdx.json");
    }
}
