package dev.datamill.images;

import dev.datamill.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ImageReaderTest {

    @TempDir Path folder;

    @Test
    void anImageWithSeveralMistakesShowsThemAll() throws IOException {
        TestRegistry registry = TestRegistry.in(folder).image("thing", "scratch", "sumary: x", "smoke: {a: b}",
                "artifacts: [{name: libs, kind: mavn}, {name: jars, kind: maven, requirements: r.txt, checksums: gone}]");
        List<String> found = registry.problems().all().stream().map(Problem::toString).toList();
        assertEquals(6, found.size(), String.join("\n", found));
        assertMentions(found, "unknown key 'sumary'", "did you mean 'summary'?");
        assertMentions(found, "'smoke' must be text", "");
        assertMentions(found, "'kind' cannot be 'mavn'", "did you mean 'maven'?");
        assertMentions(found, "an artifact of kind maven has no 'requirements'", "checksums");
        assertMentions(found, "pinned by gone, which is not there", "");
        assertMentions(found, "pinned by pom.xml, which is not there", "");
        assertTrue(found.stream().allMatch(text -> text.startsWith("registry/images/thing/image.yaml:")), found.toString());
    }

    @Test
    void aParentThatIsNotThereIsFoundWithTheNearestName() throws IOException {
        List<Problem> found = TestRegistry.in(folder).image("base", "scratch").image("thing", "bse").problems().all();
        assertEquals(1, found.size());
        assertEquals("thing stands on 'bse', which is no image here", found.get(0).message());
        assertEquals("did you mean 'base'?", found.get(0).fix());
    }

    @Test
    void imagesThatStandOnEachOtherAreACircle() throws IOException {
        List<Problem> found = TestRegistry.in(folder).image("a", "b").image("b", "scratch", "uses: [a]").problems().all();
        assertEquals(List.of("a stands on itself", "b stands on itself"), found.stream().map(Problem::message).toList());
    }

    @Test
    void aNameThatNoReferenceCanHaveIsRefused() throws IOException {
        TestRegistry registry = TestRegistry.in(folder).image("thing", "scratch");
        Path file = folder.resolve("images/thing/image.yaml");
        Files.writeString(file, Files.readString(file).replace("name: thing", "name: Thing").replace("version: \"1\"", "version: \"1 2\"").replace("20MB", "20"));
        List<String> found = registry.problems().all().stream().map(Problem::message).toList();
        assertEquals(List.of("'Thing' cannot be a name", "'1 2' cannot be a version", "'20' is no size"), found);
    }

    @Test
    void everythingThatAnImageStandsOnComesFirst() throws IOException {
        ImageCatalog catalog = TestRegistry.in(folder).image("base", "scratch").image("tool", "scratch")
                .image("middle", "base").image("top", "middle", "uses: [tool]").image("other", "base").catalog();
        assertEquals(List.of("base", "middle", "tool", "top"), catalog.inOrder(List.of("top")).stream().map(ImageSpec::name).toList());
    }

    private static void assertMentions(List<String> found, String message, String fix) {
        assertTrue(found.stream().anyMatch(text -> text.contains(message) && text.contains(fix)), message + " in\n" + String.join("\n", found));
    }
}
