package dev.datamill.cluster;

import dev.datamill.process.Processes;
import dev.datamill.target.Location;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the cluster that a target means. Which clusters were made is remembered in DATAMILL_HOME/clusters. */
public final class Clusters {

    private final Path root;
    private final Path home;
    private final Map<String, String> env;
    private final Processes processes;
    private final boolean terminal;

    public Clusters(Path root, Path home, Map<String, String> env, Processes processes, boolean terminal) {
        this.root = root;
        this.home = home;
        this.env = Map.copyOf(env);
        this.processes = processes;
        this.terminal = terminal;
    }

    /** @param why how it came to be this one, for {@code auto}; empty when the target says it itself */
    public record Chosen(Cluster cluster, String why) {
    }

    /** Empty for a cluster that is just there and not ours to manage. */
    public Optional<Chosen> of(Target target) throws ClusterException, InterruptedException {
        return switch (target.provider().value()) {
            case "existing" -> Optional.empty();
            case "auto" -> Optional.of(automatic(target));
            default -> Optional.of(new Chosen(make(target, target.provider().value()), ""));
        };
    }

    /** A cluster that runs is looked for, never made, before the one that needs nothing; one that cannot be asked is not taken. */
    private Chosen automatic(Target target) throws ClusterException, InterruptedException {
        Optional<String> recorded = recorded(target.name());
        if (recorded.isPresent()) return new Chosen(make(target, recorded.get()), "it was made before under this name");
        if (runs(make(target, "microk8s"))) return new Chosen(make(target, "microk8s"), "it runs already");
        Cluster minikube = make(target, "minikube");
        if (runs(minikube)) return new Chosen(minikube, "it runs already");
        boolean linux = System.getProperty("os.name").startsWith("Linux");
        if (!linux && minikube.lacks().isEmpty()) return new Chosen(minikube, "minikube is installed and works here");
        return new Chosen(make(target, "embedded"), "no MicroK8s and no minikube '" + target.name() + "' runs here, and it needs nothing but this machine");
    }

    private static boolean runs(Cluster cluster) throws InterruptedException {
        try {
            return cluster.state() == Cluster.State.RUNNING;
        } catch (ClusterException unreadable) {
            return false;
        }
    }

    private Cluster make(Target target, String provider) throws ClusterException {
        return switch (provider) {
            case "embedded" -> new EmbeddedCluster(target, root, home, env, processes, terminal);
            case "minikube" -> new MinikubeCluster(target, home, processes);
            case "microk8s" -> new MicroK8sCluster(target, home, processes);
            case "command" -> new CommandCluster(target, home, processes);
            default -> throw new ClusterException("the provider " + provider + " cannot be managed by this version",
                    target.location() == Location.LOCAL
                            ? "start the cluster yourself and name it with provider: existing, or use -t embedded"
                            : "make the cluster yourself and name it with provider: existing");
        };
    }

    /** Remembers that this cluster was made, and by what. */
    public void record(Target target, Cluster cluster) throws ClusterException {
        Path folder = folder(target.name());
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(folder.resolve("provider"), cluster.provider() + "\n");
        } catch (IOException e) {
            throw new ClusterException("the cluster's folder " + folder + " cannot be written: " + e.getMessage(), "see that it belongs to you", e);
        }
    }

    private Optional<String> recorded(String name) {
        try {
            return Optional.of(Files.readString(folder(name).resolve("provider")).strip());
        } catch (IOException never) {
            return Optional.empty();
        }
    }

    /** The names of the clusters that were made. */
    public List<String> recorded() {
        Path clusters = home.resolve("clusters");
        if (!Files.isDirectory(clusters)) return List.of();
        try (Stream<Path> folders = Files.list(clusters)) {
            return folders.filter(folder -> Files.exists(folder.resolve("provider"))).map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private Path folder(String name) {
        return home.resolve("clusters").resolve(name);
    }
}
