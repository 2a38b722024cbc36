package dev.datamill;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A command pays only for what it uses: no client and no native library is loaded by one that needs none. */
class StartUpTest {

    private static final List<String> HEAVY = List.of("io.fabric8.", "com.marcnuri.", "com.sun.jna.", "io.minio.", "okhttp3.", "com.fasterxml.");

    @TempDir
    Path folder;

    @Test
    void shortCommandsLoadNoClients() throws Exception {
        for (String command : List.of("version", "--help", "list components", "plan --offline -l -f flavours/explorative.yaml")) {
            assertEquals(List.of(), heavyClassesOf(command), command);
        }
    }

    private List<String> heavyClassesOf(String command) throws IOException, InterruptedException {
        Path loaded = folder.resolve("loaded");
        Stream<String> java = Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:file=" + loaded, "-Ddatamill.root=" + TestProject.CHECKOUT, "-cp", System.getProperty("java.class.path"), "dev.datamill.Main");
        Process process = new ProcessBuilder(Stream.concat(java, Stream.of(command.split(" "))).toList())
                .directory(TestProject.CHECKOUT.toFile()).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile()).start();
        assertEquals(0, process.waitFor(), () -> command + " failed");
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> HEAVY.stream().anyMatch(line::contains)).limit(5).toList();
        }
    }
}
