package dev.datamill.images;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.ClusterException;
import dev.datamill.config.Problems;
import dev.datamill.event.Event.Progress;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;

/** The own images of a project: what they are called, whether they are built, and how they come to a cluster or a registry. */
public final class Images {

    private final Path registry;
    private final ImageStore store;
    private final Processes processes;
    private final Map<String, String> env;
    private final InstantSource clock;
    private final boolean root;

    /** @param registry the project's folder of that name; @param home DATAMILL_HOME/images; @param root whether this user is root */
    public Images(Path registry, Path home, Processes processes, Map<String, String> env, InstantSource clock, boolean root) {
        this.registry = registry;
        this.store = new ImageStore(home);
        this.processes = processes;
        this.env = Map.copyOf(env);
        this.clock = clock;
        this.root = root;
    }

    public ImageCatalog catalog(Problems problems) {
        return ImageCatalog.read(registry, problems);
    }

    public ImageStore store() {
        return store;
    }

    public ImageBuilds.Result build(ImageCatalog catalog, Collection<String> names, Events events) throws ImageException, InterruptedException {
        return new ImageBuilds(catalog, store, () -> new Workshop(processes, env, clock, root)).build(names, events);
    }

    /** Brings a built image to a cluster's nodes; what is there already stays. */
    public Outcome load(ImageCatalog catalog, ImageSpec image, Cluster.ImageLoader loader, Events events)
            throws ImageException, ClusterException, InterruptedException {
        String reference = catalog.reference(image);
        if (loader.has(reference)) return Outcome.UNCHANGED;
        ImageStore.Built built = built(catalog, image);
        try {
            Path archive = store.folder("outgoing").resolve(image.name() + "-" + catalog.key(image) + ".tar");
            try {
                events.on(Progress.of(ImageBuilds.subject(image.name()), "loading"));
                store.layout().writeArchive(store.layout().image(built.digest()), reference, archive);
                loader.load(reference, archive, events);
                return Outcome.CREATED;
            } finally {
                Artifacts.delete(archive);
            }
        } catch (IOException e) {
            throw Failure.of("load " + image.name(), e);
        }
    }

    /** Brings a built image to a registry; what is there already stays. Returns the reference under which it is there. */
    public String push(ImageCatalog catalog, ImageSpec image, String to, Events events) throws ImageException, InterruptedException {
        Programs programs = new Programs(processes, store.home().resolve("clients"), root);
        return new ImagePush(processes, programs, store).push(catalog.reference(image), built(catalog, image), to,
                line -> events.on(Progress.of(ImageBuilds.subject(image.name()), line)));
    }

    public LocalRegistry localRegistry(Path home) {
        return new LocalRegistry(processes, new Programs(processes, store.home().resolve("clients"), root), home);
    }

    private ImageStore.Built built(ImageCatalog catalog, ImageSpec image) throws ImageException {
        return store.find(image, catalog.key(image)).orElseThrow(
                () -> new ImageException("the image " + image.name() + " is not built", "run: datamill images build " + image.name()));
    }
}
