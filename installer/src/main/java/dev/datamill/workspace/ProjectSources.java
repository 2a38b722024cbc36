package dev.datamill.workspace;

import dev.datamill.component.Catalog;
import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.TextFile;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;
import dev.datamill.flavour.Flavour;
import dev.datamill.plan.Sources;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What planning reads, from the files of a project. */
public final class ProjectSources implements Sources {

    private final Workspace workspace;
    private final Flavour flavour;
    private final Catalog catalog;
    private final ImageCatalog images;
    private final Problems problems;
    private final Map<Path, Optional<LocalChart>> charts = new HashMap<>();

    public ProjectSources(Workspace workspace, Flavour flavour, Catalog catalog, ImageCatalog images, Problems problems) {
        this.workspace = workspace;
        this.flavour = flavour;
        this.catalog = catalog;
        this.images = images;
        this.problems = problems;
    }

    /** The own images of the project and what each is called now. */
    public interface ImageCatalog {
        Optional<String> reference(String name);

        Set<String> names();
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public boolean hasRecipe(String component, String file) {
        return !file.contains("/") && Files.isRegularFile(folder(component).resolve(file));
    }

    @Override
    public Optional<Yaml.Mapping> recipe(String component, String file, Place askedAt) {
        Path path = folder(component).resolve(file);
        if (!Files.isRegularFile(path)) {
            List<String> recipes = Workspace.list(folder(component)).stream().map(p -> p.getFileName().toString())
                    .filter(name -> name.matches("config(_.*)?\\.yaml")).toList();
            problems.add(askedAt, component + " has no recipe '" + file + "'", Problems.suggest(file, recipes));
            return Optional.empty();
        }
        return workspace.read(path, askedAt, problems);
    }

    @Override
    public Optional<Yaml.Mapping> values(String component, Located<String> file) {
        return find(component, file, List.of("")).flatMap(path -> {
            String shown = workspace.shown(path);
            Optional<String> text = TextFile.read(path, shown, file.place(), problems);
            // A values file in which everything is commented out is the chart's own values: no mistake.
            if (text.isPresent() && text.get().lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
                return Optional.of(Yaml.Mapping.empty(Place.of(shown)));
            }
            return text.flatMap(content -> YamlReader.readMapping(content, shown, problems));
        });
    }

    @Override
    public Optional<List<Yaml.Mapping>> manifest(String component, Located<String> file) {
        return find(component, file, List.of("", "manifests/")).flatMap(path -> {
            String shown = workspace.shown(path);
            return TextFile.read(path, shown, file.place(), problems)
                    .flatMap(text -> YamlReader.readAll(text, shown, problems))
                    .map(documents -> objects(documents));
        });
    }

    private List<Yaml.Mapping> objects(List<Yaml> documents) {
        List<Yaml.Mapping> objects = new ArrayList<>();
        for (Yaml document : documents) {
            if (document instanceof Yaml.Mapping object) objects.add(object);
            else if (!(document instanceof Yaml.Scalar scalar && scalar.isNull())) {
                problems.add(document.place(), "a manifest must be a map, not " + document.kind(), "");
            }
        }
        return objects;
    }

    /** The flavour's configuration folder first, then the component's own. */
    private Optional<Path> find(String component, Located<String> file, List<String> subfolders) {
        Path config = flavour.configFolder().map(Located::value).orElse(flavour.folder());
        List<Path> places = new ArrayList<>(List.of(config.resolve(component).resolve(file.value()), config.resolve(file.value())));
        for (String subfolder : subfolders) places.add(folder(component).resolve(subfolder + file.value()));
        Optional<Path> found = places.stream().filter(Files::isRegularFile).findFirst();
        if (found.isEmpty()) {
            List<String> known = Stream.of(config.resolve(component), config, folder(component), folder(component).resolve("manifests"))
                    .flatMap(folder -> Workspace.list(folder).stream()).map(p -> p.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml")).distinct().toList();
            problems.add(file.place(), "there is no file '" + file.value() + "' for " + component,
                    "looked in " + String.join(", ", places.stream().map(p -> workspace.shown(p.getParent())).distinct().toList())
                            + dev.datamill.config.Spelling.nearest(file.value(), known).map(near -> "; did you mean '" + near + "'?").orElse(""));
        }
        return found;
    }

    @Override
    public Optional<LocalChart> chart(String path, Place askedAt) {
        Path file = workspace.root().resolve(path).resolve("Chart.yaml");
        if (!Files.isRegularFile(file)) {
            List<String> charts = Workspace.list(workspace.root().resolve("helm-charts")).stream()
                    .map(p -> "helm-charts/" + p.getFileName()).toList();
            problems.add(askedAt, "there is no chart in " + path, Problems.suggest(path, charts));
            return Optional.empty();
        }
        return charts.computeIfAbsent(file, chart -> workspace.read(chart, askedAt, problems)
                .map(read -> new LocalChart(text(read, "name"), text(read, "version"))));
    }

    @Override
    public Optional<String> image(String name) {
        return images.reference(name);
    }

    @Override
    public Set<String> imageNames() {
        return images.names();
    }

    @Override
    public List<DataBucket> data() {
        Located<String> written = flavour.dataFolder();
        Path beside = flavour.folder().resolve(written.value());
        Path folder = Files.isDirectory(beside) ? beside : workspace.root().resolve(written.value());
        if (!Files.isDirectory(folder)) {
            // The default folder may be missing; one that somebody named may not.
            if (!written.value().equals("data")) {
                problems.add(written.place(), "there is no data folder '" + written.value() + "'",
                        "looked in " + workspace.shown(flavour.folder()) + " and the project's root");
            }
            return List.of();
        }
        return new DataFolder(workspace, folder, problems).buckets();
    }

    private Path folder(String component) {
        return catalog.find(component).map(c -> c.folder()).orElse(workspace.root().resolve("components").resolve(component));
    }

    private static String text(Yaml.Mapping map, String key) {
        return map.get(key).map(value -> String.valueOf(value.plain())).orElse("");
    }
}
