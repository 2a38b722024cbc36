package dev.datamill.images;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ContentKeyTest {

    @TempDir Path folder;

    @Test
    void theSameFilesElsewhereHaveTheSameKey() throws IOException {
        String here = family(folder.resolve("one")).reference("child");
        String there = family(folder.resolve("two")).reference("child");
        assertEquals(here, there);
        assertTrue(here.matches("datamill\\.local/child:1-[0-9a-f]{12}"), here);
    }

    @Test
    void oneByteInAnyFileGivesAnotherKey() throws IOException {
        TestRegistry registry = family(folder);
        String before = registry.reference("child");
        for (String file : new String[]{"images/child/Containerfile", "images/child/files/start", "images/child/image.yaml", "build/apt-install"}) {
            Path path = folder.resolve(file);
            String content = Files.readString(path);
            Files.writeString(path, content + "#");
            assertNotEquals(before, registry.reference("child"), file);
            Files.writeString(path, content);
            assertEquals(before, registry.reference("child"), file + " as it was");
        }
    }

    @Test
    void aParentThatChangesChangesItsChildren() throws IOException {
        TestRegistry registry = family(folder);
        String child = registry.reference("child");
        String user = registry.reference("user");
        registry.file("parent", "more", "x");
        assertNotEquals(child, registry.reference("child"));
        assertNotEquals(user, registry.reference("user"), "an image that copies from it");
    }

    @Test
    void aFileThatMovesGivesAnotherKey() throws IOException {
        TestRegistry registry = family(folder);
        String before = registry.reference("child");
        Files.move(folder.resolve("images/child/files/start"), folder.resolve("images/child/start"));
        assertNotEquals(before, registry.reference("child"));
    }

    @Test
    void aLinkCountsAsWhatItLeadsTo() throws IOException {
        TestRegistry registry = family(folder);
        registry.file("parent", "shared", "one");
        Files.createSymbolicLink(folder.resolve("images/child/shared"), Path.of("../parent/shared"));
        String linked = registry.reference("child");
        Files.delete(folder.resolve("images/child/shared"));
        registry.file("child", "shared", "one");
        assertEquals(linked, registry.reference("child"));
    }

    private static TestRegistry family(Path folder) throws IOException {
        return TestRegistry.in(folder).image("parent", "scratch").image("child", "parent").file("child", "files/start", "go\n")
                .image("user", "scratch", "uses: [parent]");
    }
}
