package dev.datamill.images;

import dev.datamill.event.Event;
import dev.datamill.event.Event.Progress;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where one image is made: artifacts prepared, a context laid out, the builder called, the result kept. */
public final class Workshop {

    private static final Pattern STEP = Pattern.compile("(?:\\[\\d+/\\d+] )?STEP (\\d+)/(\\d+): (.*)");

    private final Processes processes;
    private final Map<String, String> env;
    private final InstantSource clock;
    private final boolean root;
    private ImageStore store;
    private ImageCatalog catalog;
    private Builder builder;
    private Artifacts artifacts;
    private Machine machine;
    private Path mounted;
    private final Object debian = new Object();

    public Workshop(Processes processes, Map<String, String> env, InstantSource clock, boolean root) {
        this.processes = processes;
        this.env = Map.copyOf(env);
        this.clock = clock;
        this.root = root;
    }

    /** Chooses the builder and fetches what all builds share. */
    void open(ImageStore openStore, ImageCatalog openCatalog) throws ImageException, IOException, InterruptedException {
        store = openStore;
        catalog = openCatalog;
        Programs programs = new Programs(processes, store.home().resolve("clients"), root);
        builder = builder(programs);
        builder.tidy();
        Artifacts.clear(store.folder("artifacts"));
        artifacts = new Artifacts(processes, programs, store.folder("artifacts"));
        machine = new Machine(processes, env, Path.of("/etc/apt"), programs);
        mounted = machine.folder(catalog.scripts(), store.folder("work").resolve("machine"));
    }

    private Builder builder(Programs programs) throws ImageException, IOException, InterruptedException {
        Path storage = store.folder("storage");
        Path runtime = runtime();
        Optional<Builder> found = BuildTool.find(processes, env, storage, runtime);
        if (found.isPresent()) return found.get();
        if (programs.mayInstall()) programs.need("buildah");
        return BuildTool.find(processes, env, storage, runtime).orElseThrow(() -> new ImageException(
                "there is no program here that builds images: neither buildah nor podman nor a running docker",
                "install one, on Debian and Ubuntu: sudo apt-get install buildah"));
    }

    /** State that must not outlive a restart of the machine. */
    private Path runtime() throws IOException {
        String base = env.getOrDefault("XDG_RUNTIME_DIR", root ? "/run" : store.home().toString());
        Path folder = Path.of(base, "datamill-" + new ContentKey().add(store.home().toString()).key());
        return Files.createDirectories(folder);
    }

    Map<String, Path> prepare(ImageSpec image, Events events) throws ImageException, InterruptedException {
        Map<String, Path> ready = new TreeMap<>();
        for (Artifact artifact : image.artifacts()) {
            events.on(Progress.of(ImageBuilds.subject(image.name()), "preparing " + artifact.name()));
            ready.put(artifact.name(), artifacts.prepare(image, artifact, line ->
                    events.on(Progress.of(ImageBuilds.subject(image.name()), artifact.name() + ": " + shortened(line)))));
        }
        return ready;
    }

    void build(ImageSpec image, Map<String, Path> ready, Events events) throws ImageException, InterruptedException {
        long begun = clock.millis();
        String reference = catalog.reference(image);
        Event.Subject subject = ImageBuilds.subject(image.name());
        events.on(new Event.Started(subject, 0));
        try {
            Path work = store.folder("work/" + image.name());
            Path context = context(image, ready, work.resolve("context"));
            Map<String, String> arguments = new LinkedHashMap<>();
            arguments.put("FROM", parent(image, work, events));
            for (String use : image.uses()) arguments.put(argument(use), ownParent(use, work));
            builder.build(new Builder.Build(reference, context, mounted, arguments, labels(image, reference)), line -> step(line, subject, events));
            long bytes = builder.size(reference);
            if (bytes > image.budget()) {
                throw new ImageException("%s takes %d MB, and its budget is %d MB".formatted(image.name(), bytes / 1_000_000, image.budget() / 1_000_000),
                        "find what grew, or raise 'budget' in registry/images/" + image.name() + "/image.yaml");
            }
            events.on(Progress.of(subject, "keeping " + bytes / 1_000_000 + " MB"));
            String digest = builder.export(reference, store.layout(), work);
            long seconds = Duration.ofMillis(clock.millis() - begun).toSeconds();
            store.add(image, catalog.key(image), reference, digest, bytes, seconds, bill(image, reference, digest));
            Artifacts.delete(work);
            events.on(new Event.Finished(subject, Outcome.CREATED, "%d MB in %d s".formatted(bytes / 1_000_000, seconds)));
        } catch (IOException e) {
            throw Failure.of("build " + image.name(), e);
        }
    }

    private Path context(ImageSpec image, Map<String, Path> ready, Path context) throws IOException {
        Artifacts.delete(context);
        Artifacts.copy(image.folder(), context);
        for (Map.Entry<String, Path> artifact : ready.entrySet()) {
            Artifacts.link(artifact.getValue(), context.resolve("artifacts").resolve(artifact.getKey()));
        }
        return context;
    }

    private String parent(ImageSpec image, Path work, Events events) throws ImageException, InterruptedException {
        if (image.from().equals(ImageSpec.SCRATCH)) return ImageSpec.SCRATCH;
        if (!image.from().equals(ImageSpec.DEBIAN)) return ownParent(image.from(), work);
        synchronized (debian) {
            return machine.debian(builder, work, line -> events.on(Progress.of(ImageBuilds.subject(image.name()), shortened(line))));
        }
    }

    /** The builder's own copy may be gone while ours is there. */
    private String ownParent(String name, Path work) throws ImageException, InterruptedException {
        ImageSpec parent = catalog.find(name).orElseThrow();
        String reference = catalog.reference(parent);
        synchronized (debian) {
            if (!builder.has(reference)) {
                ImageStore.Built built = store.find(parent, catalog.key(parent)).orElseThrow(
                        () -> new ImageException("the image " + name + " is not built", "run: datamill images build " + name));
                builder.restore(reference, built.digest(), store.layout(), work);
            }
        }
        return reference;
    }

    private Map<String, String> labels(ImageSpec image, String reference) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("org.opencontainers.image.title", image.name());
        labels.put("org.opencontainers.image.description", image.summary());
        labels.put("org.opencontainers.image.version", image.version());
        labels.put("org.opencontainers.image.base.name", image.from());
        labels.put("org.opencontainers.image.licenses", image.sources().stream().map(ImageSpec.Source::licence).distinct().collect(Collectors.joining(" AND ")));
        labels.put("org.opencontainers.image.source", image.sources().stream().map(ImageSpec.Source::url).distinct().collect(Collectors.joining(" ")));
        labels.put("dev.datamill.image.sources", image.sources().stream().map(s -> s.name() + " " + s.version()).collect(Collectors.joining(", ")));
        labels.put("dev.datamill.image.key", reference.substring(reference.lastIndexOf('-') + 1));
        return labels;
    }

    private String bill(ImageSpec image, String reference, String digest) throws IOException {
        BillOfMaterials bill = new BillOfMaterials();
        for (ImageSpec part : catalog.inOrder(java.util.List.of(image.name()))) bill.add(part);
        if (!image.from().equals(ImageSpec.SCRATCH)) bill.addDebian(store.layout(), store.layout().image(digest));
        return bill.json(image, reference, digest);
    }

    private static void step(String line, Event.Subject subject, Events events) {
        Matcher step = STEP.matcher(line);
        if (step.matches()) {
            events.on(new Progress(subject, shortened(step.group(3)), Long.parseLong(step.group(1)), Long.parseLong(step.group(2)), Progress.Unit.PARTS));
        }
    }

    private static String argument(String image) {
        return image.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    private static String shortened(String line) {
        String plain = line.strip();
        return plain.length() > 100 ? plain.substring(0, 99) + "…" : plain;
    }
}
