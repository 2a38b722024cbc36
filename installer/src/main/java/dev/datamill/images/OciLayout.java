package dev.datamill.images;

import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A folder of images in the OCI layout: every blob once, under its digest. */
final class OciLayout {

    private static final String MARKER = "{\"imageLayoutVersion\":\"1.0.0\"}";
    private final Path folder;

    OciLayout(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** A manifest and all that it names. */
    record Image(String digest, String mediaType, Blob config, List<Blob> layers) {
    }

    record Blob(String digest, String mediaType, long size) {
    }

    boolean has(String digest) {
        return digest.startsWith("sha256:") && Files.isRegularFile(blob(digest));
    }

    Path blob(String digest) {
        return folder.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    /** The digest of the manifest under a name of the index. */
    String digestOf(String name) throws IOException {
        return digestIn(read(folder.resolve("index.json")), name);
    }

    private static String digestIn(Yaml.Mapping index, String name) throws IOException {
        String found = "";
        if (index.get("manifests").orElse(null) instanceof Yaml.Sequence manifests) {
            for (Yaml item : manifests.items()) {
                if (!(item instanceof Yaml.Mapping manifest)) continue;
                String ref = manifest.mapping("annotations").map(a -> text(a, "org.opencontainers.image.ref.name")).orElse("");
                // Docker writes the tag alone there.
                if (ref.equals(name) || name.endsWith(":" + ref) || manifests.items().size() == 1) found = text(manifest, "digest");
            }
        }
        if (found.isEmpty()) throw new IOException("the image " + name + " is not in the index");
        return found;
    }

    Image image(String digest) throws IOException {
        Yaml.Mapping manifest = read(blob(digest));
        List<Blob> layers = new ArrayList<>();
        if (manifest.get("layers").orElse(null) instanceof Yaml.Sequence list) {
            for (Yaml layer : list.items()) layers.add(blobOf((Yaml.Mapping) layer));
        }
        Yaml.Mapping config = manifest.mapping("config").orElseThrow(() -> new IOException("the manifest " + digest + " has no config"));
        String type = text(manifest, "mediaType");
        return new Image(digest, type.isEmpty() ? "application/vnd.oci.image.manifest.v1+json" : type, blobOf(config), layers);
    }

    /** The content of a layer, unpacked from its compression. */
    InputStream layer(Blob layer) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(blob(layer.digest())), 1 << 16);
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    /** A layout in a folder of its own that holds this image alone; its blobs are the ones of this layout. */
    Path view(Image image, String reference, Path into) throws IOException {
        Files.createDirectories(into);
        Files.writeString(into.resolve("oci-layout"), MARKER);
        Files.writeString(into.resolve("index.json"), Json.line(index(image, reference)));
        Files.createSymbolicLink(into.resolve("blobs"), folder.resolve("blobs"));
        return into;
    }

    private Map<String, Object> index(Image image, String reference) throws IOException {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", image.mediaType());
        descriptor.put("digest", image.digest());
        descriptor.put("size", Files.size(blob(image.digest())));
        // containerd takes the whole name from its own key, and from the standard one only a tag.
        descriptor.put("annotations", Map.of("io.containerd.image.name", reference,
                "org.opencontainers.image.ref.name", reference.substring(reference.lastIndexOf(':') + 1)));
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("manifests", List.of(descriptor));
        return index;
    }

    /** One image as an archive that containerd, Podman and Docker 25 or newer read: an OCI layout, with Docker's own list beside it. */
    void writeArchive(Image image, String reference, Path archive) throws IOException {
        Map<String, Object> docker = new LinkedHashMap<>();
        docker.put("Config", path(image.config().digest()));
        docker.put("RepoTags", List.of(reference));
        docker.put("Layers", image.layers().stream().map(layer -> path(layer.digest())).toList());
        try (OutputStream out = Files.newOutputStream(archive); Tar.Writer tar = new Tar.Writer(out)) {
            tar.add("oci-layout", MARKER.getBytes(StandardCharsets.UTF_8));
            tar.add("index.json", Json.line(index(image, reference)).getBytes(StandardCharsets.UTF_8));
            tar.add("manifest.json", Json.line(List.of(docker)).getBytes(StandardCharsets.UTF_8));
            List<String> blobs = new ArrayList<>(List.of(image.digest(), image.config().digest()));
            image.layers().forEach(layer -> blobs.add(layer.digest()));
            for (String digest : blobs.stream().distinct().toList()) tar.add(path(digest), blob(digest));
        }
    }

    /** Takes in an archive that holds an OCI layout; returns the digest of the manifest. */
    String addArchive(Path archive, String reference) throws IOException {
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Yaml.Mapping[] index = new Yaml.Mapping[1];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            Tar.read(in, (name, size, content) -> {
                if (name.equals("index.json")) {
                    index[0] = parse(new String(content.readAllBytes(), StandardCharsets.UTF_8), name);
                } else if (name.matches("blobs/sha256/[0-9a-f]{64}")) {
                    Path blob = folder.resolve(name);
                    if (Files.exists(blob)) return;
                    Path part = blob.resolveSibling(blob.getFileName() + ".part");
                    Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
                }
            });
        }
        if (index[0] == null) throw new IOException("the archive of " + reference + " holds no OCI layout; Docker 25 or newer writes one");
        return digestIn(index[0], reference);
    }

    private static String path(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }

    private static Blob blobOf(Yaml.Mapping map) throws IOException {
        try {
            return new Blob(text(map, "digest"), text(map, "mediaType"), Long.parseLong(text(map, "size")));
        } catch (NumberFormatException e) {
            throw new IOException("a manifest gives no size for " + text(map, "digest"), e);
        }
    }

    private static Yaml.Mapping read(Path file) throws IOException {
        return parse(Files.readString(file), file.getFileName().toString());
    }

    /** JSON is YAML, so the reader that is there reads it. */
    private static Yaml.Mapping parse(String json, String name) throws IOException {
        Problems problems = new Problems();
        return YamlReader.readMapping(json, name, problems)
                .orElseThrow(() -> new IOException(problems.isEmpty() ? name + " is empty" : problems.all().get(0).toString()));
    }

    private static String text(Yaml.Mapping map, String key) {
        return map.get(key).map(value -> String.valueOf(value.plain())).orElse("");
    }
}
