package dev.datamill.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A short name for a content: the same bytes under the same names give the same key, anything else another. */
final class ContentKey {

    private final MessageDigest digest = sha256();

    /** A part, with its length, so that two parts never look like one. */
    ContentKey add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    ContentKey add(byte[] bytes) {
        digest.update(ByteBuffer.allocate(8).putLong(bytes.length).flip());
        digest.update(bytes);
        return this;
    }

    /** A file, or every file of a folder by its path below it. Links count as what they lead to. */
    ContentKey add(Path path, String name) throws IOException {
        if (!Files.isDirectory(path)) return add(name).add(Files.readAllBytes(path));
        try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> sorted = files.filter(Files::isRegularFile)
                    .sorted((a, b) -> below(path, a).compareTo(below(path, b))).toList();
            for (Path file : sorted) add(name + "/" + below(path, file)).add(Files.readAllBytes(file));
        }
        return this;
    }

    /** The first 12 hexadecimal digits. */
    String key() {
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    private static String below(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
