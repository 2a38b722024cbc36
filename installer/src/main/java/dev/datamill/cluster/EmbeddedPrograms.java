package dev.datamill.cluster;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of the embedded node: given, shipped with a release, or built here once by the machine's own Go and
 * kept under a key of everything they are built from.
 */
final class EmbeddedPrograms {

    static final String NODE = "datamill-node";
    private static final List<String> ALL = List.of(NODE, "datamill-kubernetes", "pause");

    private final Path sources;
    private final Path kept;
    private final Path release;
    private final Map<String, String> env;
    private final Processes processes;

    /** @param root the project's folder; @param home DATAMILL_HOME */
    EmbeddedPrograms(Path root, Path home, Map<String, String> env, Processes processes) {
        this.sources = root.resolve("k8s/embedded");
        this.release = root.resolve("embedded");
        this.kept = home.resolve("embedded");
        this.env = Map.copyOf(env);
        this.processes = processes;
    }

    /** The Kubernetes version that is linked in. */
    String kubernetesVersion() throws ClusterException {
        return inModule("k8s\\.io/kubernetes v(\\S+)");
    }

    /** The folder of the programs, if nothing has to be built. */
    Optional<Path> ready() throws ClusterException, InterruptedException {
        if (env.containsKey("DATAMILL_EMBEDDED")) {
            Path given = Path.of(env.get("DATAMILL_EMBEDDED")).toAbsolutePath();
            Path folder = Files.isDirectory(given) ? given : given.getParent();
            if (complete(folder)) return Optional.of(folder);
            throw new ClusterException("DATAMILL_EMBEDDED is " + given + ", and " + folder + " does not hold " + String.join(", ", ALL),
                    "point it to a folder with these programs, or unset it");
        }
        if (complete(release)) return Optional.of(release);
        if (go().isEmpty()) return Optional.empty();
        Path folder = kept.resolve(key());
        return complete(folder) ? Optional.of(folder) : Optional.empty();
    }

    /** What stands in the way of a build. */
    List<Cluster.Lack> lacks() throws InterruptedException {
        List<Cluster.Lack> lacks = new ArrayList<>();
        try {
            if (ready().isPresent()) return List.of();
            String wanted = inModule("(?m)^go (\\S+)");
            if (go().isEmpty()) {
                lacks.add(new Cluster.Lack("no Go, which builds the node once", "install Go " + wanted + " or later, or point DATAMILL_EMBEDDED to the built programs"));
            } else if (olderThan(goVersion(), wanted)) {
                lacks.add(new Cluster.Lack("the Go of this machine is " + goVersion() + ", the node needs " + wanted, "install Go " + wanted + " or later"));
            }
        } catch (ClusterException e) {
            lacks.add(new Cluster.Lack(e.getMessage(), e.remedy()));
        }
        return lacks;
    }

    /** Finds the programs, or builds them, telling how far it is. */
    Path ensure(Events events) throws ClusterException, InterruptedException {
        Optional<Path> ready = ready();
        if (ready.isPresent()) return ready.get();
        if (go().isEmpty()) throw new ClusterException("the node's programs are not built, and there is no Go to build them", "install Go " + inModule("(?m)^go (\\S+)") + " or later");
        try {
            Files.createDirectories(kept);
            // Another start may be building the same: wait for it rather than do it twice.
            try (FileChannel lock = FileChannel.open(kept.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                 var held = lock.lock()) {
                Path folder = kept.resolve(key());
                return complete(folder) ? folder : build(folder, events);
            }
        } catch (IOException e) {
            throw new ClusterException("the node's programs cannot be kept in " + kept + ": " + e.getMessage(), "see that the folder can be written", e);
        }
    }

    private Path build(Path folder, Events events) throws IOException, ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "build Kubernetes " + kubernetesVersion() + " for this machine, once");
        events.on(new Event.Started(step, 0));
        Path fresh = Files.createTempDirectory(kept, "building-");
        try {
            long total = packages(step, events);
            AtomicLong compiled = new AtomicLong();
            String version = "v" + kubernetesVersion();
            Processes.Result result = processes.run(go("build", "-v", "-trimpath", "-ldflags",
                    "-s -w -X k8s.io/component-base/version.gitVersion=" + version + " -X k8s.io/client-go/pkg/version.gitVersion=" + version,
                    "-o", fresh + "/", "./cmd/..."), line -> {
                if (line.startsWith("go: ")) {
                    events.on(Event.Progress.of(step, line.substring(4)));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    long done = Math.min(compiled.incrementAndGet(), total);
                    events.on(new Event.Progress(step, "compiling " + line, done, total, Event.Progress.Unit.PARTS));
                }
            });
            if (!result.ok() || !complete(fresh)) throw failed(step, result, events);
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            removeOthers(folder);
            events.on(new Event.Finished(step, Outcome.CREATED, "kept in " + folder));
            return folder;
        } finally {
            remove(fresh);
        }
    }

    /** How many packages there are to compile; asking also fetches the modules. */
    private long packages(Event.Subject step, Events events) throws IOException, ClusterException, InterruptedException {
        Processes.Result result = processes.run(go("list", "-deps", "./cmd/..."), line -> {
            if (line.startsWith("go: ")) events.on(Event.Progress.of(step, line.substring(4)));
        });
        if (!result.ok()) throw failed(step, result, events);
        return result.out().lines().count();
    }

    private static ClusterException failed(Event.Subject step, Processes.Result result, Events events) {
        String advice = result.err().contains("dial tcp") || result.err().contains("timeout")
                ? "see that Go can fetch modules here (GOPROXY, HTTPS_PROXY), then run the same again"
                : "run the same again with --verbose, or point DATAMILL_EMBEDDED to built programs";
        events.on(new Event.Failed(step, result.lastWords(), advice));
        return new ClusterException("the node's programs could not be built: " + result.lastWords(), advice);
    }

    private Command go(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(go().orElseThrow().toString()));
        argv.addAll(List.of(arguments));
        return Command.of(argv).in(sources).env("CGO_ENABLED", "0").env("GOWORK", "off").env("GOFLAGS", "-mod=readonly");
    }

    private Optional<Path> go() {
        return processes.find("go").or(() -> Optional.of(Path.of("/usr/local/go/bin/go")).filter(Files::isExecutable));
    }

    private String goVersion() throws ClusterException, InterruptedException {
        try {
            Processes.Result result = processes.run(go("env", "GOVERSION"));
            if (result.ok()) return result.out().strip().replaceFirst("^go", "");
            throw new ClusterException("Go does not work here: " + result.lastWords(), "see what 'go env' says");
        } catch (IOException e) {
            throw new ClusterException("Go cannot be run: " + e.getMessage(), "see what 'go env' says", e);
        }
    }

    static boolean olderThan(String version, String wanted) {
        String[] has = version.split("[^0-9]+");
        String[] needs = wanted.split("[^0-9]+");
        for (int i = 0; i < needs.length; i++) {
            int one = i < has.length && !has[i].isEmpty() ? Integer.parseInt(has[i]) : 0;
            int other = Integer.parseInt(needs[i]);
            if (one != other) return one < other;
        }
        return false;
    }

    private String inModule(String pattern) throws ClusterException {
        try {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(sources.resolve("go.mod")));
            if (matcher.find()) return matcher.group(1);
            throw new ClusterException(sources.resolve("go.mod") + " does not say " + pattern, "restore the project's own file");
        } catch (IOException e) {
            throw new ClusterException("the sources of the embedded node are not in " + sources, "run datamill from its own folder", e);
        }
    }

    /** Changes with every source file and with the version of Go. */
    String key() throws ClusterException, InterruptedException {
        try (Stream<Path> files = Files.walk(sources)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(goVersion().getBytes(StandardCharsets.UTF_8));
            for (Path file : files.filter(Files::isRegularFile).filter(EmbeddedPrograms::isSource).sorted(Comparator.comparing(Path::toString)).toList()) {
                digest.update(sources.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new ClusterException("the sources of the embedded node cannot be read: " + e.getMessage(), "run datamill from its own folder", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return name.equals("go.mod") || name.equals("go.sum") || name.endsWith(".yaml") || name.endsWith(".go") && !name.endsWith("_test.go");
    }

    private static boolean complete(Path folder) {
        return ALL.stream().allMatch(program -> Files.isExecutable(folder.resolve(program)));
    }

    /** Each build is 140 MB: those of earlier sources go, unless a cluster still runs from them. */
    private void removeOthers(Path folder) throws IOException {
        List<Path> used = new ArrayList<>();
        Path clusters = kept.resolveSibling("clusters");
        if (Files.isDirectory(clusters)) {
            try (Stream<Path> records = Files.walk(clusters, 2)) {
                for (Path record : records.filter(file -> file.endsWith("programs")).toList()) used.add(Path.of(Files.readString(record).strip()));
            }
        }
        try (Stream<Path> others = Files.list(kept)) {
            for (Path other : others.filter(Files::isDirectory).toList()) {
                if (!other.equals(folder) && !used.contains(other)) remove(other);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
