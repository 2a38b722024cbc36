package dev.datamill.images;

import dev.datamill.process.Processes.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ImagePushTest {

    @TempDir Path folder;
    private final FakeMachine machine = new FakeMachine();
    private TestRegistry registry;
    private Images images;

    @BeforeEach
    void aBuiltImage() throws Exception {
        registry = TestRegistry.in(folder.resolve("registry")).image("thing", "scratch");
        images = new Images(registry.root(), folder.resolve("home"), machine, Map.of("XDG_RUNTIME_DIR", folder.toString()),
                InstantSource.fixed(Instant.EPOCH), false);
        images.build(registry.catalog(), List.of("thing"), event -> {
        });
        machine.programs.addAll(List.of("skopeo", "aws"));
        machine.when("skopeo", command -> new Result(0, "", ""));
        machine.when("skopeo inspect", command -> new Result(1, "", "manifest unknown"));
    }

    @Test
    void aRegistryElsewhereIsReachedWithTlsOnly() throws Exception {
        String reference = push("registry.example.org:5000/team/");
        assertEquals("registry.example.org:5000/team/thing:" + tag(), reference);
        assertEquals(1, machine.lines("skopeo copy").size());
        assertTrue(machine.lines("tls-verify").isEmpty());
    }

    @Test
    void theRegistryOfThisMachineNeedsNone() throws Exception {
        push("127.0.0.1:5000");
        assertTrue(machine.lines("skopeo copy").get(0).contains("--dest-tls-verify=false"));
    }

    @Test
    void whatIsThereAlreadyIsNotCopiedAgain() throws Exception {
        ImageStore.Built built = images.store().find(spec(), registry.catalog().key(spec())).orElseThrow();
        machine.when("skopeo inspect", command -> new Result(0, built.digest() + "\n", ""));
        push("registry.example.org");
        assertTrue(machine.lines("skopeo copy").isEmpty());
    }

    @Test
    void atAmazonTheRepositoryIsMadeAndThePasswordStaysOffTheCommandLine() throws Exception {
        machine.when("aws ecr describe-repositories", command -> new Result(254, "", "RepositoryNotFoundException"));
        machine.when("aws ecr create-repository", command -> new Result(0, "{}", ""));
        machine.when("aws ecr get-login-password", command -> new Result(0, "very-secret\n", ""));
        push("123456789012.dkr.ecr.eu-central-1.amazonaws.com/lake");
        assertTrue(machine.lines("create-repository").get(0).contains("--region eu-central-1 --repository-name lake/thing"));
        assertTrue(machine.asked.stream().noneMatch(command -> String.join(" ", command.argv()).contains("very-secret")));
        assertTrue(machine.asked.stream().anyMatch(command -> command.input().equals(java.util.Optional.of("very-secret"))));
        try (Stream<Path> left = Files.list(folder.resolve("home/outgoing"))) {
            assertEquals(List.of(), left.toList(), "the login ends with the push");
        }
    }

    @Test
    void somethingThatIsNoRegistryIsRefused() {
        ImageException refused = assertThrows(ImageException.class, () -> push("https://registry.example.org"));
        assertFalse(refused.remedy().isEmpty());
    }

    @Test
    void anImageThatIsNotBuiltSaysHowToBuildIt() throws IOException {
        registry.file("thing", "more", "x");
        ImageException refused = assertThrows(ImageException.class, () -> push("registry.example.org"));
        assertEquals("run: datamill images build thing", refused.remedy());
    }

    private String push(String to) throws ImageException, InterruptedException {
        return images.push(registry.catalog(), spec(), to, event -> {
        });
    }

    private ImageSpec spec() {
        return registry.catalog().find("thing").orElseThrow();
    }

    private String tag() {
        return "1-" + registry.catalog().key(spec());
    }
}
