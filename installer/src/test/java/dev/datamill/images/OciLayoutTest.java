package dev.datamill.images;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OciLayoutTest {

    private static final String REFERENCE = "datamill.local/thing:1-abc";

    @TempDir Path folder;

    @Test
    void anArchiveThatIsTakenInAgainIsTheSameImage() throws IOException {
        OciLayout first = new OciLayout(folder.resolve("first"));
        String digest = thing(first);
        Path archive = folder.resolve("thing.tar");
        first.writeArchive(first.image(digest), REFERENCE, archive);
        OciLayout second = new OciLayout(folder.resolve("second"));
        assertEquals(digest, second.addArchive(archive, REFERENCE));
        assertEquals(first.image(digest), second.image(digest));
        String layer = second.image(digest).layers().get(0).digest();
        assertArrayEquals(Files.readAllBytes(first.blob(layer)), Files.readAllBytes(second.blob(layer)));
    }

    @Test
    void theSameImageGivesTheSameArchive() throws IOException {
        OciLayout layout = new OciLayout(folder.resolve("layout"));
        OciLayout.Image image = layout.image(thing(layout));
        layout.writeArchive(image, REFERENCE, folder.resolve("a.tar"));
        layout.writeArchive(image, REFERENCE, folder.resolve("b.tar"));
        assertEquals(-1, Files.mismatch(folder.resolve("a.tar"), folder.resolve("b.tar")));
    }

    @Test
    void anArchiveSaysTheWholeReferenceToContainerdAndToDocker() throws IOException {
        OciLayout layout = new OciLayout(folder.resolve("layout"));
        layout.writeArchive(layout.image(thing(layout)), REFERENCE, folder.resolve("a.tar"));
        List<String> names = new ArrayList<>();
        StringBuilder lists = new StringBuilder();
        Tar.read(Files.newInputStream(folder.resolve("a.tar")), (name, size, content) -> {
            names.add(name);
            if (name.endsWith(".json")) lists.append(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        });
        assertEquals(List.of("oci-layout", "index.json", "manifest.json"), names.subList(0, 3));
        assertEquals(6, names.size(), names.toString());
        assertTrue(lists.toString().contains("\"io.containerd.image.name\":\"" + REFERENCE + "\""), lists.toString());
        assertTrue(lists.toString().contains("\"RepoTags\":[\"" + REFERENCE + "\"]"), lists.toString());
    }

    @Test
    void anArchiveThatIsCutOffIsNoImage() throws IOException {
        OciLayout layout = new OciLayout(folder.resolve("layout"));
        Path archive = folder.resolve("a.tar");
        layout.writeArchive(layout.image(thing(layout)), REFERENCE, archive);
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length - 1600));
        assertThrows(IOException.class, () -> new OciLayout(folder.resolve("other")).addArchive(archive, REFERENCE));
    }

    @Test
    void longNamesOfBothKindsAreRead() throws IOException {
        String path = "a/".repeat(80) + "end";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Tar.Writer tar = new Tar.Writer(bytes)) {
            tar.add("first", "1".getBytes(StandardCharsets.UTF_8));
        }
        byte[] plain = bytes.toByteArray();
        String record = " path=" + path + "\n";
        int length = record.length() + 3;
        byte[] pax = entry('x', "pax", length + record.strip().substring(0, 0) + record);
        byte[] gnu = entry('L', "././@LongLink", path + "\0");
        List<String> names = new ArrayList<>();
        for (byte[] extra : List.of(pax, gnu)) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(extra);
            both.write(plain);
            Tar.read(new ByteArrayInputStream(both.toByteArray()), (name, size, content) -> names.add(name));
        }
        assertEquals(List.of(path, path), names);
    }

    private static byte[] entry(char type, String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Tar.Writer(bytes).add(name, content.getBytes(StandardCharsets.UTF_8));
        byte[] entry = bytes.toByteArray();
        entry[156] = (byte) type;
        return entry;
    }

    private static String thing(OciLayout layout) throws IOException {
        String config = FakeMachine.blob(layout.folder(), "{\"os\":\"linux\"}");
        String layer = FakeMachine.blob(layout.folder(), "some files " + "x".repeat(700));
        return FakeMachine.blob(layout.folder(), ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":{\"mediaType\":\"c\",\"digest\":\"%s\",\"size\":14},\"layers\":[{\"mediaType\":\"l\",\"digest\":\"%s\",\"size\":711}]}").formatted(config, layer));
    }
}
