package dev.datamill.images;

import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Section;
import dev.datamill.config.Yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an image.yaml, and says everything that is wrong with it. */
public final class ImageReader {

    private static final Set<String> KEYS = Set.of("name", "version", "summary", "from", "uses", "artifacts", "sources", "provides",
            "user", "budget", "smoke", "optional");
    private static final Map<String, Set<String>> ARTIFACT_KEYS = new TreeMap<>(Map.of(
            "go", Set.of("name", "kind", "module", "package", "output", "ldflags", "files"),
            "maven", Set.of("name", "kind", "pom", "checksums"),
            "pip", Set.of("name", "kind", "requirements", "sdist"),
            "npm", Set.of("name", "kind", "package")));
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+([._-][a-z0-9]+)*");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,40}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6}) ?(MB|GB)");

    private final Problems problems;

    public ImageReader(Problems problems) {
        this.problems = problems;
    }

    public ImageSpec read(Path folder, Yaml.Mapping yaml) {
        Section image = new Section("an image", yaml, KEYS, problems);
        for (String key : List.of("name", "version", "summary", "from", "budget")) image.require(key);
        String name = matching(image, "name", NAME, "lower-case letters and digits, with single . _ - between them");
        String folderName = folder.getFileName().toString();
        if (!name.isEmpty() && !name.equals(folderName)) {
            problems.add(image.placeOf("name"), "the image is called '" + name + "' and its folder '" + folderName + "'", "give both one name");
        }
        if (!Files.isRegularFile(folder.resolve("Containerfile"))) {
            problems.add(image.place(), "the image has no Containerfile", "write one beside image.yaml");
        }
        List<Artifact> artifacts = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Yaml.Mapping entry : image.list("artifacts")) artifact(folder, entry, names, artifacts);
        return new ImageSpec(name, matching(image, "version", VERSION, "letters, digits and . _ -"), image.text("summary").orElse(""),
                folder, image.text("from").orElse(""), values(image.texts("uses")), artifacts, sources(image),
                values(image.texts("provides")), image.text("user"), bytes(image), values(image.texts("smoke")),
                image.flag("optional").orElse(false));
    }

    private void artifact(Path folder, Yaml.Mapping entry, Set<String> names, List<Artifact> into) {
        Set<String> all = new TreeSet<>();
        ARTIFACT_KEYS.values().forEach(all::addAll);
        Section loose = new Section("an artifact", entry, all, problems);
        loose.require("kind");
        String kind = loose.oneOf("kind", ARTIFACT_KEYS.keySet()).orElse("");
        if (kind.isEmpty()) return;
        Set<String> others = new TreeSet<>(all);
        others.removeAll(ARTIFACT_KEYS.get(kind));
        for (String other : others) {
            if (entry.get(other).isPresent()) {
                problems.add(loose.placeOf(other), "an artifact of kind " + kind + " has no '" + other + "'",
                        "it has: " + String.join(", ", new TreeSet<>(ARTIFACT_KEYS.get(kind))));
            }
        }
        loose.require("name");
        String name = matching(loose, "name", NAME, "lower-case letters and digits");
        if (!name.isEmpty() && !names.add(name)) {
            problems.add(loose.placeOf("name"), "two artifacts are called '" + name + "'", "each is a folder of its own; rename one");
        }
        Artifact artifact = switch (kind) {
            case "go" -> {
                loose.require("module");
                loose.require("package");
                String pkg = loose.text("package").orElse("");
                String output = loose.text("output").orElse(pkg.equals(".") ? name : pkg.substring(pkg.lastIndexOf('/') + 1));
                Map<String, String> files = new TreeMap<>();
                loose.textMap("files").forEach((to, from) -> files.put(to, from.value()));
                yield new Artifact.Go(name, loose.text("module").orElse(""), pkg, output, loose.text("ldflags").orElse(""), files);
            }
            case "maven" -> {
                loose.require("checksums");
                yield new Artifact.Maven(name, loose.text("pom").orElse("pom.xml"), loose.text("checksums").orElse(""));
            }
            case "pip" -> new Artifact.Pip(name, loose.text("requirements").orElse("requirements.txt"), values(loose.texts("sdist")));
            default -> new Artifact.Npm(name, loose.text("package").orElse("package.json"));
        };
        for (String input : artifact.inputs()) {
            if (!input.isEmpty() && !Files.exists(folder.resolve(input))) {
                problems.add(loose.place(), "the artifact '" + name + "' is pinned by " + input + ", which is not there", "");
            }
        }
        into.add(artifact);
    }

    private List<ImageSpec.Source> sources(Section image) {
        List<ImageSpec.Source> sources = new ArrayList<>();
        for (Yaml.Mapping entry : image.list("sources")) {
            Section source = new Section("a source", entry, Set.of("name", "version", "licence", "url"), problems);
            for (String key : List.of("name", "version", "licence", "url")) source.require(key);
            sources.add(new ImageSpec.Source(source.text("name").orElse(""), source.text("version").orElse(""),
                    source.text("licence").orElse(""), source.text("url").orElse("")));
        }
        return sources;
    }

    private long bytes(Section image) {
        String written = image.text("budget").orElse("");
        Matcher size = SIZE.matcher(written);
        if (size.matches()) return Long.parseLong(size.group(1)) * (size.group(2).equals("GB") ? 1_000_000_000L : 1_000_000L);
        if (!written.isEmpty()) problems.add(image.placeOf("budget"), "'" + written + "' is no size", "write 300MB or 3GB");
        return 0;
    }

    private String matching(Section section, String key, Pattern pattern, String wanted) {
        String text = section.text(key).orElse("");
        if (text.isEmpty() || pattern.matcher(text).matches()) return text;
        problems.add(section.placeOf(key), "'" + text + "' cannot be a " + key, "write " + wanted);
        return "";
    }

    private static List<String> values(List<Located<String>> texts) {
        return texts.stream().map(Located::value).toList();
    }

    /** Problems that only show when all images are known: parents that are not there, and circles. */
    static void checkNeeds(Map<String, ImageSpec> images, Problems problems) {
        for (ImageSpec image : images.values()) {
            Place place = Place.of("registry/images/" + image.name() + "/image.yaml");
            for (String need : image.needs()) {
                if (!images.containsKey(need)) {
                    problems.add(place, image.name() + " stands on '" + need + "', which is no image here", Problems.suggest(need, images.keySet()));
                }
            }
            if (reaches(image, image.name(), images, new TreeSet<>())) {
                problems.add(place, image.name() + " stands on itself", "break the circle of 'from' and 'uses'");
            }
        }
    }

    private static boolean reaches(ImageSpec image, String goal, Map<String, ImageSpec> images, Set<String> seen) {
        for (String need : image.needs()) {
            if (need.equals(goal)) return true;
            if (seen.add(need) && images.containsKey(need) && reaches(images.get(need), goal, images, seen)) return true;
        }
        return false;
    }
}
