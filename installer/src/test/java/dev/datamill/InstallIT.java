package dev.datamill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.datamill.cluster.EmbeddedLab;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The program as a user runs it, on the embedded cluster: one life of a small platform, in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallIT {

    private static final String NAMESPACE = "it-install";
    private static final String CHANGED = "user: {values: {note: changed}}\n";
    private static final String WRONG = "user: {values: {image: \"datamill.dev/nowhere:1\"}}\n";

    @TempDir
    static Path folder;
    private EmbeddedLab lab;
    private KubernetesClient client;

    private record Answer(int status, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }

        Map<String, String> outcomes() throws IOException {
            Map<String, String> outcomes = new TreeMap<>();
            for (JsonNode component : json().get("components")) outcomes.put(component.get("name").asText(), component.get("outcome").asText());
            return outcomes;
        }
    }

    @BeforeAll
    void aClusterAndAProject() throws Exception {
        lab = EmbeddedLab.orSkip(NAMESPACE);
        lab.start();
        lab.loadProbe();
        client = lab.client();
        new TestProject(folder).copy(Path.of("src/test/resources/install"));
        flavour("");
    }

    @AfterAll
    void gone() throws Exception {
        if (client != null) client.close();
        if (lab != null) lab.destroy();
    }

    @Test
    @Order(1)
    void aFirstInstallCreatesEverything() throws Exception {
        Answer answer = install("");
        assertEquals(0, answer.status, answer.err);
        assertEquals(Map.of("store", "CREATED", "user", "CREATED"), answer.outcomes());
        assertFalse((answer.out + answer.err).contains(password()), "the password is on the screen");
        assertEquals(0, run("status", "-l", "-f", "it").status);
    }

    @Test
    @Order(2)
    void aSecondInstallChangesNothing() throws Exception {
        String before = password();
        Answer answer = install("");
        assertEquals(Map.of("store", "UNCHANGED", "user", "UNCHANGED"), answer.outcomes(), answer.err);
        assertEquals(before, password());
    }

    @Test
    @Order(3)
    void aChangedValueChangesOnlyItsComponent() throws Exception {
        Answer answer = install(CHANGED);
        assertEquals(Map.of("store", "UNCHANGED", "user", "UPDATED"), answer.outcomes(), answer.err);
    }

    @Test
    @Order(4)
    void anImageThatIsNotThereIsNamedAndEndsTheWait() throws Exception {
        Answer answer = install(WRONG);
        assertEquals(1, answer.status, answer.err);
        assertEquals(Map.of("store", "UNCHANGED", "user", "FAILED"), answer.outcomes());
        assertTrue(answer.err.contains("datamill.dev/nowhere:1"), answer.err);
        assertFalse(answer.err.contains("\tat "), "a stack trace: " + answer.err);
        Answer mended = install("");
        assertEquals(0, mended.status, mended.err);
    }

    @Test
    @Order(5)
    void whatWasUninstalledLeavesItsVolumeItsSecretAndWhatIsNotOurs() throws Exception {
        client.configMaps().inNamespace(NAMESPACE).resource(new ConfigMapBuilder().withNewMetadata().withName("foreign").endMetadata().build()).create();
        String before = password();
        Answer answer = run("uninstall", "-l", "-f", "it", "-y");
        assertEquals(0, answer.status, answer.err);
        assertEquals(List.of(), client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null).toList(), answer.err);
        assertEquals(1, client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems().size());
        assertEquals(before, password());
        assertNotNull(client.configMaps().inNamespace(NAMESPACE).withName("foreign").get());
        assertEquals(0, run("uninstall", "-l", "-f", "it", "-y").status);
        assertEquals(2, run("uninstall", "-l", "-f", "it").status, "a question without a terminal");
    }

    @Test
    @Order(6)
    void anInstallerKilledAtAnyMomentIsTakenUpByTheNextRun() throws Exception {
        long seed = Long.getLong("datamill.kill.seed", System.nanoTime());
        System.out.println("kill -9 of the installer, seed " + seed);
        Random random = new Random(seed);
        String before = password();
        for (int round = 0; round < 3; round++) {
            flavour(round % 2 == 0 ? "" : CHANGED);
            Process installing = start(folder.resolve("killed"), "install", "-l", "-f", "it");
            installing.waitFor(1000 + random.nextInt(6000), TimeUnit.MILLISECONDS);
            installing.destroyForcibly().waitFor();
            Answer next = run("install", "-l", "-f", "it", "-o", "json");
            assertEquals(0, next.status, "round " + round + ", seed " + seed + ": " + next.err);
            assertEquals(0, run("status", "-l", "-f", "it").status);
        }
        assertEquals(before, password());
        assertEquals(1, client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems().size());
    }

    @Test
    @Order(7)
    void deletedDataLeavesOnlyWhatIsNotOurs() throws Exception {
        Answer answer = run("uninstall", "-l", "-f", "it", "-y", "--delete-data");
        assertEquals(0, answer.status, answer.err);
        assertEquals(List.of(), client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null).toList(), answer.err);
        assertNull(client.secrets().inNamespace(NAMESPACE).withName("store-key").get());
        assertNotNull(client.configMaps().inNamespace(NAMESPACE).withName("foreign").get());
    }

    private static void flavour(String section) {
        new TestProject(folder).file("flavours/it.yaml", "project: {k8s_namespace: " + NAMESPACE + ", flavour: \"store, user\"}\n" + section);
    }

    private Answer install(String section) throws Exception {
        flavour(section);
        return run("install", "-l", "-f", "it", "-o", "json");
    }

    private String password() {
        return new String(java.util.Base64.getDecoder().decode(
                client.secrets().inNamespace(NAMESPACE).withName("store-key").get().getData().get("password")));
    }

    private Answer run(String... args) throws Exception {
        Path out = folder.resolve("answer");
        Process process = start(out, args);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", args) + " did not end: " + Files.readString(Path.of(out + ".err")));
        }
        return new Answer(process.exitValue(), Files.readString(Path.of(out + ".out")), Files.readString(Path.of(out + ".err")));
    }

    private Process start(Path output, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Ddatamill.root=" + folder, "-cp", System.getProperty("java.class.path"), "dev.datamill.Main"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(Path.of(output + ".out").toFile()).redirectError(Path.of(output + ".err").toFile());
        builder.environment().put("DATAMILL_HOME", lab.home().toString());
        return builder.start();
    }
}
