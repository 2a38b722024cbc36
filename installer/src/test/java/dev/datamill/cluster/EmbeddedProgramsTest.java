package dev.datamill.cluster;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EmbeddedProgramsTest {

    @TempDir
    Path folder;
    private final RecordedGo go = new RecordedGo();

    /** Answers as Go does, and writes files where Go would write programs. */
    private static final class RecordedGo implements Processes {
        final List<List<String>> ran = new ArrayList<>();
        String version = "go1.26.8";
        boolean installed = true;
        boolean fails;

        @Override
        public Result run(Command command, Consumer<String> line) throws IOException {
            List<String> arguments = command.argv().subList(1, command.argv().size());
            ran.add(arguments);
            if (arguments.get(0).equals("env")) return new Result(0, version + "\n", "");
            if (arguments.get(0).equals("list")) return new Result(0, "a\nb\nc\n", "");
            if (!arguments.get(0).equals("build")) throw new AssertionError("unscripted: " + command);
            if (fails) return new Result(1, "", "dial tcp: no route to host");
            for (String name : List.of("a", "b", "c")) line.accept(name);
            Path to = Path.of(arguments.get(arguments.indexOf("-o") + 1));
            for (String program : List.of("datamill-node", "datamill-kubernetes", "pause")) {
                Files.writeString(to.resolve(program), "program");
                to.resolve(program).toFile().setExecutable(true);
            }
            return new Result(0, "", "");
        }

        @Override
        public int attached(Command command) {
            throw new AssertionError("unscripted: " + command);
        }

        @Override
        public long detached(Command command, Path output) {
            throw new AssertionError("unscripted: " + command);
        }

        @Override
        public Optional<Path> find(String program) {
            return Optional.of(Path.of("/somewhere/go")).filter(go -> installed);
        }
    }

    private EmbeddedPrograms programs(Map<String, String> env) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("root/k8s/embedded"));
        if (!Files.exists(sources.resolve("go.mod"))) {
            Files.writeString(sources.resolve("go.mod"), "module x\n\ngo 1.26\n\nrequire k8s.io/kubernetes v1.34.4\n");
            Files.writeString(sources.resolve("main.go"), "package main\n");
        }
        return new EmbeddedPrograms(folder.resolve("root"), folder.resolve("home"), env, go);
    }

    private long builds() {
        return go.ran.stream().filter(arguments -> arguments.get(0).equals("build")).count();
    }

    @Test
    void theSecondStartBuildsNothing() throws Exception {
        List<String> said = new ArrayList<>();
        Path first = programs(Map.of()).ensure(event -> said.add(event.toString()));
        Path second = programs(Map.of()).ensure(event -> said.add("again " + event));
        assertEquals(first, second);
        assertEquals(1, builds());
        assertTrue(said.stream().anyMatch(event -> event.contains("compiling b") && event.contains("done=2") && event.contains("total=3")), said.toString());
        assertTrue(said.stream().noneMatch(event -> event.startsWith("again")), said.toString());
    }

    @Test
    void anotherSourceOrAnotherGoIsAnotherBuildAndATestIsNot() throws Exception {
        String before = programs(Map.of()).key();
        Files.writeString(folder.resolve("root/k8s/embedded/main_test.go"), "package main // a test");
        assertEquals(before, programs(Map.of()).key());
        Files.writeString(folder.resolve("root/k8s/embedded/main.go"), "package main // changed");
        String changed = programs(Map.of()).key();
        assertNotEquals(before, changed);
        go.version = "go1.27.0";
        assertNotEquals(changed, programs(Map.of()).key());
    }

    @Test
    void aBuildThatFailsSaysWhyAndLeavesNothing() throws Exception {
        go.fails = true;
        ClusterException failure = assertThrows(ClusterException.class, () -> programs(Map.of()).ensure(event -> {
        }));
        assertTrue(failure.getMessage().contains("no route to host"), failure.getMessage());
        assertTrue(failure.remedy().contains("HTTPS_PROXY"), failure.remedy());
        try (var left = Files.list(folder.resolve("home/embedded"))) {
            assertEquals(List.of("lock"), left.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void programsThatAreGivenAreTakenAndAnEmptyFolderIsRefused() throws Exception {
        Path given = programs(Map.of()).ensure(event -> {
        });
        go.installed = false;
        assertEquals(Optional.of(given), programs(Map.of("DATAMILL_EMBEDDED", given.toString())).ready());
        assertEquals(Optional.of(given), programs(Map.of("DATAMILL_EMBEDDED", given.resolve("datamill-node").toString())).ready());
        assertEquals(List.of(), programs(Map.of("DATAMILL_EMBEDDED", given.toString())).lacks());
        assertEquals(1, programs(Map.of("DATAMILL_EMBEDDED", folder.toString())).lacks().size());
    }

    @Test
    void anOldGoIsSaidToBeOld() throws Exception {
        go.version = "go1.19.8";
        assertTrue(programs(Map.of()).lacks().toString().contains("1.19.8"), programs(Map.of()).lacks().toString());
        assertTrue(EmbeddedPrograms.olderThan("1.25.9", "1.26"));
        assertTrue(EmbeddedPrograms.olderThan("1.26", "1.26.1"));
        assertFalse(EmbeddedPrograms.olderThan("1.26rc1", "1.26"));
        assertFalse(EmbeddedPrograms.olderThan("1.100", "1.26.4"));
    }

    @Test
    void theKubernetesVersionIsTheLinkedOne() throws Exception {
        assertEquals("1.34.4", programs(Map.of()).kubernetesVersion());
    }

    @Test
    void memoryIsUnderstoodInEachSpelling() {
        for (String text : List.of("8g", "8G", "8Gi", "8gb", "8192m", "8589934592")) {
            assertEquals(Optional.of(8L << 30), EmbeddedCluster.bytes(text), text);
        }
        assertEquals(Optional.empty(), EmbeddedCluster.bytes("much"));
    }

    @Test
    void imagesAreComparedAsContainerdNamesThem() {
        assertEquals("docker.io/library/busybox:latest", EmbeddedCluster.canonical("busybox"));
        assertEquals("docker.io/a/b:1", EmbeddedCluster.canonical("a/b:1"));
        assertEquals("localhost/x:1", EmbeddedCluster.canonical("localhost/x:1"));
        assertEquals("r.example:5000/x:latest", EmbeddedCluster.canonical("r.example:5000/x"));
    }

    @Test
    void anotherSystemThanLinuxIsToldWhatToUseInstead() throws Exception {
        List<Cluster.Lack> lacks = new EmbeddedMachine(go, false, "Mac OS X").lacks(folder);
        assertEquals(1, lacks.size());
        assertTrue(lacks.get(0).remedy().contains("minikube"), lacks.toString());
    }

    @Test
    void everythingThatThisMachineLacksIsSaidAtOnce() throws Exception {
        go.installed = false;
        List<Cluster.Lack> lacks = new ArrayList<>(programs(Map.of()).lacks());
        if (!Files.isExecutable(Path.of("/usr/local/go/bin/go"))) assertTrue(lacks.toString().contains("no Go"), lacks.toString());
        lacks.addAll(new EmbeddedMachine(go, false, "Linux").lacks(folder));
        assertTrue(lacks.stream().noneMatch(lack -> lack.remedy().isBlank()), lacks.toString());
    }
}
