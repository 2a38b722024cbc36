package dev.datamill.images;

import dev.datamill.config.Json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is inside an image, as a CycloneDX list: its Debian packages, and all that was prepared for it and for what it stands on. */
final class BillOfMaterials {

    private static final Pattern REQUIREMENT = Pattern.compile("^([a-zA-Z0-9._-]+)==([^ \\\\]+)");
    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");
    private static final Pattern SUM = Pattern.compile("^(\\S+) (v[^ /]+) h1:.+");
    private static final Pattern NPM = Pattern.compile("\"node_modules/((?:@[^/\"]+/)?[^/\"]+)\": \\{\\s*\"version\": \"([^\"]+)\"");

    private final Map<String, Map<String, Object>> components = new TreeMap<>();

    String json(ImageSpec image, String reference, String digest) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("type", "container");
        about.put("name", image.name());
        about.put("version", reference.substring(reference.lastIndexOf(':') + 1));
        about.put("description", image.summary());
        about.put("hashes", List.of(Map.of("alg", "SHA-256", "content", digest.replace("sha256:", ""))));
        Map<String, Object> bill = new LinkedHashMap<>();
        bill.put("bomFormat", "CycloneDX");
        bill.put("specVersion", "1.5");
        bill.put("version", 1);
        bill.put("metadata", Map.of("component", about));
        bill.put("components", new ArrayList<>(components.values()));
        return Json.pretty(bill);
    }

    /** What the image's folder says of it, and the lists that pin its artifacts. */
    void add(ImageSpec image) throws IOException {
        for (ImageSpec.Source source : image.sources()) {
            Map<String, Object> component = component("application", source.name(), source.version(), null);
            component.put("licenses", List.of(Map.of("license", Map.of("name", source.licence()))));
            component.put("externalReferences", List.of(Map.of("type", "website", "url", source.url())));
        }
        for (Artifact artifact : image.artifacts()) {
            for (String input : artifact.inputs()) {
                Path pins = image.folder().resolve(input);
                if (artifact instanceof Artifact.Pip) Files.readAllLines(pins).forEach(line -> found(REQUIREMENT, line, "pypi"));
                if (artifact instanceof Artifact.Maven maven && input.equals(maven.checksums())) Files.readAllLines(pins).forEach(this::jar);
                if (artifact instanceof Artifact.Npm) found(NPM, Files.readString(pins), "npm");
                if (artifact instanceof Artifact.Go && Files.exists(pins.resolve("go.sum"))) {
                    Files.readAllLines(pins.resolve("go.sum")).forEach(line -> found(SUM, line, "golang"));
                }
            }
        }
    }

    private void found(Pattern pattern, String text, String registry) {
        Matcher one = pattern.matcher(text);
        while (one.find()) library(one.group(1), one.group(2), "pkg:" + registry + "/" + one.group(1).replace("@", "%40") + "@" + one.group(2));
    }

    private void jar(String line) {
        String[] parts = line.strip().split("\\s+\\*?", 2);
        Matcher name = parts.length == 2 ? JAR.matcher(parts[1]) : JAR.matcher("");
        if (!name.matches()) return;
        component("library", name.group(1), name.group(2), null).put("hashes", List.of(Map.of("alg", "SHA-256", "content", parts[0])));
    }

    /** The Debian packages, from the last layer that says which there are. */
    void addDebian(OciLayout layout, OciLayout.Image image) throws IOException {
        for (int i = image.layers().size() - 1; i >= 0; i--) {
            StringBuilder status = new StringBuilder();
            try (InputStream in = layout.layer(image.layers().get(i))) {
                Tar.read(in, (name, size, content) -> {
                    if (name.equals("var/lib/dpkg/status")) status.append(new String(content.readAllBytes(), StandardCharsets.UTF_8));
                });
            }
            if (status.isEmpty()) continue;
            for (String stanza : status.toString().split("\n\n")) {
                String name = field(stanza, "Package");
                String version = field(stanza, "Version");
                if (!name.isEmpty() && field(stanza, "Status").endsWith(" installed")) {
                    library(name, version, "pkg:deb/debian/" + name + "@" + version.replace(":", "%3A").replace("+", "%2B") + "?arch=" + field(stanza, "Architecture"));
                }
            }
            return;
        }
    }

    private static String field(String stanza, String name) {
        return stanza.lines().filter(line -> line.startsWith(name + ": ")).map(line -> line.substring(name.length() + 2)).findFirst().orElse("");
    }

    private void library(String name, String version, String purl) {
        component("library", name, version, purl);
    }

    private Map<String, Object> component(String type, String name, String version, String purl) {
        return components.computeIfAbsent((purl == null ? type + ":" + name + "@" + version : purl), key -> {
            Map<String, Object> made = new LinkedHashMap<>();
            made.put("type", type);
            made.put("name", name);
            made.put("version", version);
            if (purl != null) made.put("purl", purl);
            return made;
        });
    }
}
