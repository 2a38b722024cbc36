package dev.datamill.helm;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.datamill.kube.Resource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * One revision of a release as Helm keeps it in a Secret: JSON, zipped, and twice in base64 (once by Helm, once by
 * Kubernetes).
 *
 * @param secret the Secret it was read from
 * @param content the whole record
 */
public record ReleaseRecord(Resource secret, Map<String, Object> content) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {
    };

    public static ReleaseRecord read(Resource secret) {
        try {
            byte[] zipped = Base64.getDecoder().decode(Base64.getDecoder().decode(secret.text("data", "release")));
            byte[] json = zipped.length > 2 && zipped[0] == 0x1f && (zipped[1] & 0xff) == 0x8b
                    ? new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes() : zipped;
            return new ReleaseRecord(secret, JSON.readValue(json, MAP));
        } catch (IOException | IllegalArgumentException broken) {
            throw new IllegalStateException("the release record " + secret.name() + " cannot be read: " + broken.getMessage(), broken);
        }
    }

    public String name() {
        return inside("name");
    }

    public String namespace() {
        return inside("namespace");
    }

    public int revision() {
        return content.get("version") instanceof Number n ? n.intValue() : 0;
    }

    /** deployed, failed, superseded, pending-install, … */
    public String status() {
        return inside("info", "status");
    }

    public String note() {
        return inside("info", "description");
    }

    /** The manifest as it was applied, many YAML documents. Hooks are not in it. */
    public String manifest() {
        return inside("manifest");
    }

    public String chart() {
        return inside("chart", "metadata", "name") + "-" + inside("chart", "metadata", "version");
    }

    public String chartName() {
        return inside("chart", "metadata", "name");
    }

    public String chartVersion() {
        return inside("chart", "metadata", "version");
    }

    /** The values that were given, without the chart's own defaults. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> values() {
        return content.get("config") instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    public ReleaseRecord withManifest(String manifest) {
        Map<String, Object> copy = new LinkedHashMap<>(content);
        copy.put("manifest", manifest);
        return rewritten(copy);
    }

    public ReleaseRecord withStatus(String status, String description) {
        Resource changed = new Resource(content).with(status, "info", "status").with(description, "info", "description");
        ReleaseRecord record = rewritten(changed.content());
        return new ReleaseRecord(record.secret.withLabel("status", status), record.content);
    }

    private ReleaseRecord rewritten(Map<String, Object> changed) {
        try {
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
                JSON.writeValue(gzip, changed);
            }
            String helms = Base64.getEncoder().encodeToString(zipped.toByteArray());
            String kubes = Base64.getEncoder().encodeToString(helms.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new ReleaseRecord(secret.with(kubes, "data", "release"), changed);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    private String inside(String... path) {
        return new Resource(content).text(path);
    }

    @Override
    public String toString() {
        return "ReleaseRecord[" + name() + " " + revision() + " " + status() + "]";
    }
}
