package dev.datamill.images;

import dev.datamill.config.Problems;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The images of this project as they are written. */
class RegistryFilesTest {

    private static final Path REGISTRY = Path.of("../registry").toAbsolutePath().normalize();
    private static final Pattern PIN = Pattern.compile("^([a-zA-Z0-9._-]+)==(\\S+)");
    private final Problems problems = new Problems();
    private final ImageCatalog catalog = ImageCatalog.read(REGISTRY, problems);

    @Test
    void everyImageCanBeRead() {
        assertEquals(List.of(), problems.all());
    }

    @Test
    void theImagesThatRecipesNameAreThere() {
        Set<String> expected = Set.of("base", "pause", "minio", "postgres", "kafka", "spark", "dask", "jupyterhub", "jupyterhub-proxy", "python_env",
                "pyspark_env", "pydl_env", "pydl_gpu_env", "prometheus", "spark-operator", "toolbox");
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(catalog.names());
        assertEquals(Set.of(), missing);
    }

    @Test
    void everyReferenceIsOneThatARegistryTakes() {
        for (String name : catalog.names()) {
            String reference = catalog.reference(name).orElseThrow();
            assertTrue(reference.matches("datamill\\.local/[a-z0-9]+([._-][a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"), reference);
        }
    }

    @Test
    void everyContainerfileStandsOnWhatItIsGivenAndEndsAsTheUserThatIsWritten() throws IOException {
        for (ImageSpec image : catalog.all()) {
            List<String> lines = Files.readAllLines(image.folder().resolve("Containerfile"));
            assertEquals("ARG FROM", lines.get(0), image.name());
            assertTrue(lines.contains("FROM ${FROM}"), image.name() + " ends in a stage on its parent");
            assertEquals(image.user().orElse(""), user(image), image.name() + ": USER");
        }
    }

    /** The last USER of the last stage, or the parent's. */
    private String user(ImageSpec image) throws IOException {
        String user = null;
        for (String line : Files.readAllLines(image.folder().resolve("Containerfile"))) {
            if (line.startsWith("FROM ")) user = null;
            if (line.startsWith("USER ")) user = line.substring(5).strip();
        }
        return user != null ? user : user(catalog.find(image.from()).orElseThrow());
    }

    @Test
    void whatAContainerfileTakesFromArtifactsIsPreparedForIt() throws IOException {
        Pattern used = Pattern.compile("artifacts/([a-z0-9-]+)");
        for (ImageSpec image : catalog.all()) {
            Set<String> prepared = new TreeSet<>(image.artifacts().stream().map(Artifact::name).toList());
            Matcher names = used.matcher(Files.readString(image.folder().resolve("Containerfile")));
            while (names.find()) assertTrue(prepared.contains(names.group(1)), image.name() + " takes artifacts/" + names.group(1));
        }
    }

    @Test
    void everyImageThatCanRunSomethingHasASmokeCommandAndSaysWhatItIsMadeOf() {
        for (ImageSpec image : catalog.all()) {
            if (image.from().equals(ImageSpec.SCRATCH)) continue;
            assertTrue(!image.smoke().isEmpty(), image.name() + " has no smoke command");
            assertTrue(!image.sources().isEmpty(), image.name() + " has no sources");
        }
    }

    @Test
    void everyRequirementHasAVersionAndAChecksum() throws IOException {
        for (ImageSpec image : catalog.all()) {
            for (Artifact artifact : image.artifacts()) {
                if (!(artifact instanceof Artifact.Pip pip)) continue;
                String whole = Files.readString(image.folder().resolve(pip.requirements())).replace("\\\n", " ");
                for (String line : whole.lines().filter(l -> !l.isBlank()).toList()) {
                    assertTrue(line.matches("[a-zA-Z0-9._-]+==\\S+( +--hash=sha256:[0-9a-f]{64})+\\s*"), image.name() + ": " + line);
                }
            }
        }
    }

    @Test
    void anImageHasNoPackageInTwoVersions() throws IOException {
        for (ImageSpec image : catalog.all()) {
            Map<String, String> versions = new HashMap<>();
            for (ImageSpec part = image; part != null; part = catalog.find(part.from()).orElse(null)) {
                for (Artifact artifact : part.artifacts()) {
                    if (!(artifact instanceof Artifact.Pip pip) || !artifact.name().equals("wheels")) continue;
                    for (String line : Files.readAllLines(part.folder().resolve(pip.requirements()))) {
                        Matcher pin = PIN.matcher(line);
                        if (!pin.find()) continue;
                        String before = versions.putIfAbsent(pin.group(1), pin.group(2));
                        assertTrue(before == null || before.equals(pin.group(2)), image.name() + " has " + pin.group(1) + " " + before + " and " + pin.group(2));
                    }
                }
            }
        }
    }

    @Test
    void notebooksHaveTheVersionsOfWhatTheyTalkTo() {
        assertEquals("dask", catalog.find("python_env").orElseThrow().from());
        assertEquals("spark", catalog.find("pyspark_env").orElseThrow().from());
        assertEquals("dask", catalog.find("spark").orElseThrow().from());
    }
}
