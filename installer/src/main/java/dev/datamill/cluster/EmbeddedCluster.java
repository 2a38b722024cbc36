package dev.datamill.cluster;

import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The Kubernetes that Data-Mill brings along: one node in namespaces of its own on this Linux machine. A small Go
 * program does it; this class writes what is wanted into the cluster's folder, starts that program as root and
 * turns what it says into events.
 */
public final class EmbeddedCluster implements Cluster {

    private static final List<String> HANDED_ON = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR");

    private final Target target;
    private final Path root;
    private final Path folder;
    private final Map<String, String> env;
    private final EmbeddedPrograms programs;
    private final EmbeddedMachine machine;

    /**
     * @param root the project's folder
     * @param home DATAMILL_HOME
     * @param terminal whether somebody is there to type a password for sudo
     */
    public EmbeddedCluster(Target target, Path root, Path home, Map<String, String> env, Processes processes, boolean terminal) {
        this.target = target;
        this.root = root;
        this.folder = home.resolve("clusters").resolve(target.name());
        this.env = Map.copyOf(env);
        this.programs = new EmbeddedPrograms(root, home, env, processes);
        this.machine = new EmbeddedMachine(processes, terminal, System.getProperty("os.name"));
    }

    @Override
    public String shown() {
        return "embedded cluster '" + target.name() + "'";
    }

    @Override
    public String provider() {
        return "embedded";
    }

    @Override
    public State state() throws ClusterException, InterruptedException {
        return switch (status()) {
            case "absent" -> State.ABSENT;
            case "halted" -> State.HALTED;
            case "ready" -> State.RUNNING;
            default -> State.BROKEN;
        };
    }

    /** What the node says of itself: absent, halted, starting, ready or halting. */
    private String status() throws ClusterException, InterruptedException {
        if (!Files.exists(folder.resolve("node.json"))) return "absent";
        Optional<Path> recorded = recorded();
        if (recorded.isEmpty()) return "halted";
        Processes.Result result = machine.run(node(recorded.get(), "status"), line -> {
        });
        if (!result.ok()) throw new ClusterException("the state of " + shown() + " cannot be read: " + result.lastWords(), "see the logs in " + folder.resolve("logs"));
        return field(result.out(), "state").orElse("broken");
    }

    @Override
    public List<Lack> lacks() throws InterruptedException {
        List<Lack> lacks = new ArrayList<>();
        try {
            if (state() == State.RUNNING) return List.of();
            String linked = programs.kubernetesVersion();
            target.kubernetesVersion().filter(wanted -> !(linked + ".").startsWith(wanted.replaceFirst("^v", "") + ".")).ifPresent(wanted ->
                    lacks.add(new Lack("the embedded cluster is Kubernetes " + linked + ", " + target.file() + " asks for " + wanted,
                            "write kubernetes_version: \"" + linked.replaceFirst("\\.\\d+$", "") + "\", or leave it out")));
        } catch (ClusterException e) {
            lacks.add(new Lack(e.getMessage(), e.remedy()));
        }
        lacks.addAll(machine.lacks(folder));
        lacks.addAll(programs.lacks());
        return lacks;
    }

    @Override
    public void start(Events events) throws ClusterException, InterruptedException {
        boolean running = state() == State.RUNNING;
        Event.Subject step = Event.Subject.step("", "start " + shown());
        if (running) {
            events.on(new Event.Started(step, 0));
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "it runs"));
            return;
        }
        machine.installPackages(events);
        Path built = programs.ensure(events);
        machine.becomeRoot();
        writeConfig(built);
        events.on(new Event.Started(step, 0));
        AtomicReference<String> ready = new AtomicReference<>("it runs");
        Processes.Result result = machine.run(machine.asRoot(node(built, "start")), line -> tell(line, step, events, ready));
        if (!result.ok()) {
            String advice = "see the logs in " + folder.resolve("logs");
            events.on(new Event.Failed(step, result.lastWords(), advice));
            throw new ClusterException(shown() + " does not start: " + result.lastWords(), advice);
        }
        events.on(new Event.Finished(step, Outcome.CREATED, ready.get()));
        for (String archive : target.images()) load(archive, root.resolve(archive), events);
    }

    private void tell(String line, Event.Subject step, Events events, AtomicReference<String> ready) {
        Optional<String> type = field(line, "type");
        String message = field(line, "message").orElse(line);
        if (type.isEmpty()) return;
        if (type.get().equals("ready") && field(line, "component").isEmpty()) {
            ready.set(message);
        } else if (type.get().equals("problem") || type.get().equals("exited")) {
            events.on(new Event.Note(step, message));
        } else {
            events.on(Event.Progress.of(step, message));
        }
    }

    /** Writes what the node is to be. */
    private void writeConfig(Path built) throws ClusterException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("name", target.name());
        target.cpus().ifPresent(cpus -> config.put("cpus", cpus));
        target.memory().flatMap(EmbeddedCluster::bytes).ifPresent(memory -> config.put("memory", memory));
        target.mirror().ifPresent(mirror -> config.put("mirror", mirror));
        Map<String, String> environment = new LinkedHashMap<>();
        HANDED_ON.stream().filter(env::containsKey).forEach(name -> environment.put(name, env.get(name)));
        target.caBundle().ifPresent(bundle -> environment.put("SSL_CERT_FILE", root.resolve(bundle.value()).toString()));
        config.put("environment", environment);
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path written = folder.resolve("node.json.new");
            Files.deleteIfExists(written);
            Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))); // a proxy's address may hold a password
            Files.writeString(written, Json.pretty(config));
            Files.move(written, folder.resolve("node.json"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(folder.resolve("programs"), built + "\n");
        } catch (IOException e) {
            throw new ClusterException("the cluster's folder " + folder + " cannot be written: " + e.getMessage(), "see that it belongs to you", e);
        }
    }

    /** The number behind 8g, 512m, 8Gi or plain bytes; a g is 1024 m here, as with minikube. */
    static Optional<Long> bytes(String text) {
        var matcher = java.util.regex.Pattern.compile("(\\d+)\\s*([kmgt]?)(i?b?)", java.util.regex.Pattern.CASE_INSENSITIVE).matcher(text.strip());
        if (!matcher.matches()) return Optional.empty();
        int power = "kmgt".indexOf(matcher.group(2).toLowerCase(java.util.Locale.ROOT)) + 1;
        return Optional.of(Long.parseLong(matcher.group(1)) << (matcher.group(2).isEmpty() ? 0 : 10 * power));
    }

    @Override
    public void halt(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "halt " + shown());
        events.on(new Event.Started(step, 0));
        State state = state();
        if (state == State.ABSENT || recorded().isEmpty()) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, state == State.ABSENT ? "there is none" : "it is halted"));
            return;
        }
        asRoot("halt", step, events);
        events.on(new Event.Finished(step, state == State.HALTED ? Outcome.UNCHANGED : Outcome.UPDATED, "its volumes stay"));
    }

    @Override
    public void destroy(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "destroy " + shown());
        events.on(new Event.Started(step, 0));
        if (state() == State.ABSENT) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "there is none"));
            return;
        }
        if (recorded().isEmpty()) { // written, but never started
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
            } catch (IOException e) {
                throw new ClusterException("the cluster's folder " + folder + " cannot be removed: " + e.getMessage(), "remove it by hand", e);
            }
        } else {
            asRoot("destroy", step, events);
        }
        events.on(new Event.Finished(step, Outcome.REMOVED, "nothing of it is left"));
    }

    private void asRoot(String verb, Event.Subject step, Events events) throws ClusterException, InterruptedException {
        machine.becomeRoot();
        Processes.Result result = machine.run(machine.asRoot(node(recorded().orElseThrow(), verb)), line -> events.on(Event.Progress.of(step, line)));
        if (!result.ok()) {
            String advice = "see the logs in " + folder.resolve("logs");
            events.on(new Event.Failed(step, result.lastWords(), advice));
            throw new ClusterException("cannot " + step.step() + ": " + result.lastWords(), advice);
        }
    }

    @Override
    public Path kubeconfig() throws ClusterException, InterruptedException {
        if (state() != State.RUNNING) throw new ClusterException(shown() + " does not run", "start it with 'datamill -l -s'");
        return folder.resolve("kubeconfig");
    }

    @Override
    public Optional<ImageLoader> imageLoader() {
        return Optional.of(new ImageLoader() {
            @Override
            public boolean has(String reference) throws ClusterException, InterruptedException {
                machine.becomeRoot();
                Processes.Result result = machine.run(machine.asRoot(node(recorded().orElseThrow(), "images")), line -> {
                });
                if (!result.ok()) throw new ClusterException("the images of " + shown() + " cannot be listed: " + result.lastWords(), "see that it runs");
                return result.out().lines().anyMatch(canonical(reference)::equals);
            }

            @Override
            public void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException {
                EmbeddedCluster.this.load(reference, archive, events);
            }
        });
    }

    /** As containerd writes it: with its registry and a tag. */
    static String canonical(String reference) {
        String first = reference.contains("/") ? reference.substring(0, reference.indexOf('/')) : "";
        String full = first.contains(".") || first.contains(":") || first.equals("localhost") ? reference
                : "docker.io/" + (first.isEmpty() ? "library/" : "") + reference;
        String last = full.substring(full.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? full : full + ":latest";
    }

    private void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "load " + reference + " into " + shown());
        events.on(new Event.Started(step, 0));
        machine.becomeRoot();
        Command load = node(recorded().orElseThrow(), "load");
        List<String> argv = new ArrayList<>(load.argv());
        argv.add(archive.toAbsolutePath().toString());
        Processes.Result result = machine.run(machine.asRoot(Command.of(argv)), line -> {
        });
        if (!result.ok()) {
            events.on(new Event.Failed(step, result.lastWords(), "see that the archive is whole"));
            throw new ClusterException("the image " + reference + " cannot be loaded: " + result.lastWords(), "see that " + archive + " is a docker or OCI archive");
        }
        events.on(new Event.Finished(step, Outcome.CREATED, ""));
    }

    private Command node(Path built, String verb) {
        return Command.of(built.resolve(EmbeddedPrograms.NODE).toString(), verb, folder.toString());
    }

    /** The programs that the cluster was started with last: what runs is spoken to by what it came with. */
    private Optional<Path> recorded() throws ClusterException, InterruptedException {
        try {
            Path recorded = Path.of(Files.readString(folder.resolve("programs")).strip());
            if (Files.isExecutable(recorded.resolve(EmbeddedPrograms.NODE))) return Optional.of(recorded);
        } catch (IOException never) {
            // not started yet
        }
        return programs.ready();
    }

    /** One field of a line of JSON that the node wrote. */
    private static Optional<String> field(String json, String name) {
        return YamlReader.readMapping(json, "the node", new Problems()).flatMap(line -> line.get(name))
                .filter(Yaml.Scalar.class::isInstance).map(value -> ((Yaml.Scalar) value).text());
    }
}
