package dev.datamill.cluster;

import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.YamlReader;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import dev.datamill.process.SystemProcesses;
import dev.datamill.target.Location;
import dev.datamill.target.Target;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.Assumptions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One embedded cluster on this machine, and the questions that tests ask of it. */
public final class EmbeddedLab {

    public static final String PROBE = "datamill.dev/probe:1";

    final Path folder;
    final EmbeddedCluster cluster;
    private final Path home;
    private final Processes processes = new SystemProcesses(System.getenv());
    private final List<String> said = new ArrayList<>();

    /** Its DATAMILL_HOME. */
    public Path home() {
        return home;
    }

    /** @param home DATAMILL_HOME of the tests; the node's programs are built there once */
    EmbeddedLab(Path home, String name) {
        this.home = home;
        this.folder = home.resolve("clusters").resolve(name);
        this.cluster = new EmbeddedCluster(target(name), root(), home, System.getenv(), processes, false);
    }

    /** Skips the tests, with the reason, where no embedded cluster can run. */
    public static EmbeddedLab orSkip(String name) throws Exception {
        EmbeddedLab lab = new EmbeddedLab(Path.of("target", "embedded-it").toAbsolutePath(), name);
        List<Cluster.Lack> lacks = lab.cluster.lacks();
        Assumptions.assumeTrue(lacks.isEmpty(), () -> "SKIPPED: no embedded cluster can run here: " + lacks + "; mend this, then: mvn -pl installer verify -Dit.test='Embedded*IT'");
        lab.cluster.destroy(event -> {
        });
        return lab;
    }

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("k8s/embedded"))) at = at.getParent();
        return at;
    }

    private static Target target(String name) {
        return new Target("k8s/embedded.yaml", Location.LOCAL, new Located<>("embedded", Place.of("a test")), name, Optional.of("1.34"), Optional.of(1),
                Optional.of("2g"), Optional.empty(), Optional.empty(), false, List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), List.of(), Optional.empty(), List.of(), Map.of(), Map.of());
    }

    public List<String> start() throws Exception {
        said.clear();
        cluster.start(event -> said.add(event.toString()));
        return List.copyOf(said);
    }

    void halt() throws Exception {
        cluster.halt(event -> {
        });
    }

    public void destroy() throws Exception {
        cluster.destroy(event -> {
        });
    }

    public KubernetesClient client() throws Exception {
        return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig()))).build();
    }

    /** Builds the image that test pods run, and loads it. */
    public void loadProbe() throws Exception {
        Path work = Files.createDirectories(home.resolve("probe"));
        Path binary = work.resolve("probe");
        Path sources = root().resolve("installer/src/test/resources/dev/datamill/cluster/probe");
        String go = processes.find("go").map(Path::toString).orElse("/usr/local/go/bin/go");
        Assumptions.assumeTrue(Files.isExecutable(Path.of(go)), "SKIPPED: no Go to build the test pods' program with; install Go");
        ok(Command.of(go, "build", "-trimpath", "-ldflags", "-s -w", "-o", binary.toString(), ".").in(sources).env("CGO_ENABLED", "0").env("GOWORK", "off"));
        Path archive = work.resolve("probe.tar");
        ok(Command.of(program(), "image", archive.toString(), PROBE, binary.toString()));
        cluster.imageLoader().orElseThrow().load(PROBE, archive, event -> {
        });
    }

    private String program() throws IOException {
        return Path.of(Files.readString(folder.resolve("programs")).strip(), EmbeddedPrograms.NODE).toString();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> status() throws Exception {
        String json = root("", program(), "status", folder.toString());
        return (Map<String, Object>) YamlReader.readMapping(json, "status", new Problems()).orElseThrow().plain();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> components() throws Exception {
        return (Map<String, Object>) status().getOrDefault("components", Map.of());
    }

    String nodeAddress() throws Exception {
        return status().get("server").toString().replaceAll("https://|:6443", "");
    }

    /** Runs a command as root and gives its output. */
    String root(String input, String... argv) throws Exception {
        boolean isRoot = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        Command command = isRoot ? Command.of(argv) : Command.of(argv).before("sudo", "-n", "--");
        return ok(input.isEmpty() ? command : command.input(input));
    }

    /** Runs a command in the node's network. */
    String inside(String... argv) throws Exception {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", status().get("node").toString(), "-n", "--"));
        all.addAll(List.of(argv));
        return root("", all.toArray(String[]::new));
    }

    private String ok(Command command) throws Exception {
        Processes.Result result = processes.run(command);
        if (!result.ok()) throw new AssertionError(command.pasteable() + ": " + result.err() + result.out());
        return result.out();
    }

    /** Kills with signal 9; one that is gone already is as good as killed. */
    void kill(Object pid) throws Exception {
        root("", "sh", "-c", "kill -9 " + pid + " 2>/dev/null || true");
    }

    static String exec(KubernetesClient client, Pod pod, String... command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var exec = client.pods().resource(pod).writingOutput(out).writingError(out).exec(command)) {
            int status = exec.exitCode().get(30, TimeUnit.SECONDS);
            String text = out.toString(StandardCharsets.UTF_8);
            if (status != 0) throw new AssertionError(String.join(" ", command) + " ended with " + status + ": " + text);
            return text;
        }
    }

    static void apply(KubernetesClient client, String resource) throws IOException {
        try (InputStream yaml = EmbeddedLab.class.getResourceAsStream(resource)) {
            client.load(yaml).inNamespace("default").serverSideApply();
        }
    }

    /** Looks again until it is so. */
    static void until(String what, Duration limit, Question question) throws Exception {
        Instant end = Instant.now().plus(limit);
        Throwable last = null;
        while (Instant.now().isBefore(end)) {
            try {
                if (question.holds()) return;
                last = null;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what, last);
    }

    @FunctionalInterface
    interface Question {
        boolean holds() throws Exception;
    }

    /** Everything on the machine that a cluster could leave behind, by its name or its folder. */
    List<String> traces() throws Exception {
        List<String> found = new ArrayList<>();
        String id = folder.getFileName() + "-";
        root("", "sh", "-c", "ls -d /run/datamill/" + id + "* /sys/fs/cgroup/*/datamill-" + id + "* /sys/fs/cgroup/datamill-" + id + "* 2>/dev/null || true")
                .lines().forEach(found::add);
        root("", "cat", "/proc/mounts").lines().filter(line -> line.contains(folder.toString()) || line.contains("/run/datamill")).forEach(found::add);
        root("", "ps", "-eo", "pid,args").lines().filter(line -> line.contains(folder.toString())).forEach(found::add);
        return found;
    }
}
