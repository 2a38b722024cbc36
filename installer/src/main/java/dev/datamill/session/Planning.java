package dev.datamill.session;

import dev.datamill.component.Catalog;
import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.flavour.Flavour;
import dev.datamill.flavour.FlavourReader;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Planner;
import dev.datamill.plan.Request;
import dev.datamill.target.Location;
import dev.datamill.target.Target;
import dev.datamill.target.TargetReader;
import dev.datamill.workspace.ProjectSources;
import dev.datamill.workspace.Workspace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From flags to a plan: finds and reads the files, chooses the target, and lets the planner decide. */
public final class Planning {

    private static final Place COMMAND_LINE = Place.of("command line");

    private final Workspace workspace;
    private final ProjectSources.ImageCatalog images;
    private final Problems problems = new Problems();

    public Planning(Workspace workspace, ProjectSources.ImageCatalog images) {
        this.workspace = workspace;
        this.images = images;
    }

    public Problems problems() {
        return problems;
    }

    /** The plan, or a stop that shows everything that is wrong. */
    public Plan decided(Flags flags) throws Stop {
        Optional<Plan> plan = plan(flags);
        stopAtProblems();
        return plan.orElseThrow();
    }

    void stopAtProblems() throws Stop {
        if (!problems.isEmpty()) throw new Stop(ExitStatus.USAGE, ProblemsReport.text(problems.all()));
    }

    /** Empty when the flavour could not be read at all; {@link #problems()} then says why. */
    public Optional<Plan> plan(Flags flags) throws Stop {
        if (flags.flavour().isEmpty()) {
            throw new Stop(ExitStatus.USAGE, "which flavour?", "add -f FILE, for example -f flavours/explorative.yaml ('datamill list flavours' shows them)");
        }
        Catalog catalog = workspace.catalog(problems);
        Optional<Flavour> flavour = flavour(flags.flavour().get());
        if (flavour.isEmpty()) return Optional.empty();
        Optional<Target> target = target(flags, flavour.get());
        List<Located<String>> only = flags.components().stream()
                .map(name -> new Located<>(componentName(name), COMMAND_LINE)).toList();
        ProjectSources sources = new ProjectSources(workspace, flavour.get(), catalog, images, problems);
        return Optional.of(new Planner(sources, problems).plan(new Request(flavour.get(), target, flags.namespace(), only)));
    }

    /** A path such as components/minio means minio. */
    public static String componentName(String written) {
        String trimmed = written.replaceAll("/+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /** The components that were named, by the names of their folders. */
    public List<String> named(Flags flags) {
        Catalog catalog = workspace.catalog(new Problems());
        return flags.components().stream().map(Planning::componentName)
                .map(name -> catalog.find(name).map(component -> component.name()).orElse(name)).toList();
    }

    /** The target alone, for what needs no plan: from -t, else from the flavour, else the default of the location. */
    public Optional<Target> target(Flags flags) throws Stop {
        if (flags.location().isEmpty()) throw new Stop(ExitStatus.USAGE, "which cluster?", "add -l for this machine or -r for a remote one");
        if (flags.target().isPresent() || flags.flavour().isEmpty()) {
            return flags.target().isEmpty() ? defaultTarget(flags.location().get())
                    : named(flags.target().get(), "k8s", "target").flatMap(path -> targetFile(path, flags.location().get(), COMMAND_LINE));
        }
        return flavour(flags.flavour().get()).flatMap(flavour -> target(flags, flavour));
    }

    private Optional<Flavour> flavour(String written) {
        Optional<Path> file = named(written, "flavours", "flavour");
        return file.flatMap(path -> workspace.read(path, COMMAND_LINE, problems)
                .map(yaml -> new FlavourReader(problems).read(yaml, workspace.shown(path), path)));
    }

    private Optional<Target> target(Flags flags, Flavour flavour) {
        if (flags.location().isEmpty()) return Optional.empty();
        Location location = flags.location().get();
        if (flags.target().isPresent()) {
            return named(flags.target().get(), "k8s", "target").flatMap(path -> targetFile(path, location, COMMAND_LINE));
        }
        Optional<Yaml.Mapping> inline = location == Location.LOCAL ? flavour.local() : flavour.remote();
        if (inline.isPresent()) {
            return Optional.of(new TargetReader(problems).readBlock(inline.get(), flavour.file(), location));
        }
        if (flavour.targetFile().isPresent()) {
            Located<String> name = flavour.targetFile().get();
            Path beside = flavour.folder().resolve(name.value());
            Optional<Path> file = java.nio.file.Files.isRegularFile(beside) ? Optional.of(beside) : workspace.named(name.value(), "k8s");
            if (file.isEmpty()) {
                problems.add(name.place(), "there is no target file '" + name.value() + "'", suggestFile(name.value(), "k8s"));
                return Optional.empty();
            }
            Optional<Yaml.Mapping> yaml = workspace.read(file.get(), name.place(), problems);
            if (yaml.isEmpty()) return Optional.empty();
            Optional<Target> target = new TargetReader(problems).read(yaml.get(), workspace.shown(file.get()), location);
            if (target.isPresent()) return target;
        }
        return defaultTarget(location);
    }

    /** What is meant when nobody says: this machine's own cluster, or EKS. */
    public Optional<Target> defaultTarget(Location location) {
        Map<Location, String> defaults = Map.of(Location.LOCAL, "local.yaml", Location.REMOTE, "eks.yaml");
        return named(defaults.get(location), "k8s", "target").flatMap(path -> targetFile(path, location, COMMAND_LINE));
    }

    public Optional<Target> targetFile(Path path, Location location, Place askedAt) {
        Optional<Yaml.Mapping> yaml = workspace.read(path, askedAt, problems);
        if (yaml.isEmpty()) return Optional.empty();
        Optional<Target> target = new TargetReader(problems).read(yaml.get(), workspace.shown(path), location);
        if (target.isEmpty()) {
            problems.add(Place.of(workspace.shown(path)), "the file describes no " + location + " target", "add a section '" + location + ":'");
        }
        return target;
    }

    private Optional<Path> named(String written, String folder, String what) {
        Optional<Path> file = workspace.named(written, folder);
        if (file.isEmpty()) problems.add(COMMAND_LINE, "there is no " + what + " file '" + written + "'", suggestFile(written, folder));
        return file;
    }

    private String suggestFile(String written, String folder) {
        String name = Path.of(written).getFileName() == null ? written : Path.of(written).getFileName().toString();
        List<String> known = workspace.yamlFiles(folder).stream().map(file -> folder + "/" + file.getFileName()).toList();
        return dev.datamill.config.Spelling.nearest(name.replaceFirst("\\.ya?ml$", ""),
                        known.stream().map(k -> k.replaceFirst(".*/", "").replace(".yaml", "")).toList())
                .map(near -> "did you mean '" + folder + "/" + near + ".yaml'?")
                .orElse(known.isEmpty() ? "" : "known: " + String.join(", ", known));
    }
}
