package dev.datamill.images;

import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.TextFile;
import dev.datamill.config.YamlReader;
import dev.datamill.workspace.ProjectSources;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The own images of a project and what each is called now: {@code datamill.local/NAME:VERSION-KEY}, where the key
 * stands for everything the image is made from, its parents among it.
 */
public final class ImageCatalog implements ProjectSources.ImageCatalog {

    static final String HOST = "datamill.local";

    private final Path registry;
    private final Map<String, ImageSpec> images;
    private final Map<String, String> keys = new HashMap<>();

    private ImageCatalog(Path registry, Map<String, ImageSpec> images) {
        this.registry = registry;
        this.images = images;
    }

    /** @param registry the project's folder of that name */
    public static ImageCatalog read(Path registry, Problems problems) {
        Map<String, ImageSpec> images = new TreeMap<>();
        Path folders = registry.resolve("images");
        if (Files.isDirectory(folders)) {
            ImageReader reader = new ImageReader(problems);
            for (Path folder : listed(folders)) {
                Path file = folder.resolve("image.yaml");
                if (!Files.isRegularFile(file)) continue;
                String shown = "registry/images/" + folder.getFileName() + "/image.yaml";
                TextFile.read(file, shown, Place.of(shown), problems)
                        .flatMap(text -> YamlReader.readMapping(text, shown, problems))
                        .map(yaml -> reader.read(folder, yaml))
                        .ifPresent(image -> images.put(folder.getFileName().toString(), image));
            }
            ImageReader.checkNeeds(images, problems);
        }
        return new ImageCatalog(registry, images);
    }

    @Override
    public Set<String> names() {
        return images.keySet();
    }

    public Collection<ImageSpec> all() {
        return images.values();
    }

    public Optional<ImageSpec> find(String name) {
        return Optional.ofNullable(images.get(name));
    }

    @Override
    public Optional<String> reference(String name) {
        return find(name).map(this::reference);
    }

    public String reference(ImageSpec image) {
        return HOST + "/" + image.name() + ":" + image.version() + "-" + key(image);
    }

    public synchronized String key(ImageSpec image) {
        String known = keys.get(image.name());
        if (known != null) return known;
        try {
            ContentKey key = new ContentKey().add("image 1").add(image.folder(), "image").add(registry.resolve("build"), "build");
            for (String need : image.needs()) {
                ImageSpec parent = images.get(need);
                key.add(need).add(parent == null ? "" : key(parent));
            }
            String made = key.key();
            keys.put(image.name(), made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These images and all that they stand on, each after what it stands on. */
    public List<ImageSpec> inOrder(Collection<String> names) {
        Set<ImageSpec> order = new LinkedHashSet<>();
        names.forEach(name -> find(name).ifPresent(image -> place(image, order)));
        return new ArrayList<>(order);
    }

    private void place(ImageSpec image, Set<ImageSpec> order) {
        if (order.contains(image)) return;
        for (String need : image.needs()) find(need).ifPresent(parent -> place(parent, order));
        order.add(image);
    }

    Path scripts() {
        return registry.resolve("build");
    }

    private static List<Path> listed(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
