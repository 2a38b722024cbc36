package dev.datamill.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a configuration file as UTF-8 text, or says as a problem why it cannot be one. */
public final class TextFile {

    private static final long LARGEST = 512 << 10;

    private TextFile() {
    }

    /** @param shown the file's name as the user knows it, for messages */
    public static Optional<String> read(Path file, String shown, Place askedAt, Problems problems) {
        if (Files.isDirectory(file)) {
            problems.add(askedAt, shown + " is a directory, not a file", "name a file in it");
            return Optional.empty();
        }
        if (!Files.exists(file)) {
            problems.add(askedAt, "there is no file " + shown, "");
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(file)) {
                problems.add(askedAt, shown + " is not a regular file", "");
                return Optional.empty();
            }
            if (Files.size(file) > LARGEST) {
                problems.add(askedAt, shown + " is " + Files.size(file) / 1024 + " KB large",
                        "a configuration file has at most 512 KB; is this the right file?");
                return Optional.empty();
            }
            return decode(Files.readAllBytes(file), shown, problems);
        } catch (IOException e) {
            problems.add(askedAt, shown + " cannot be read: " + e.getClass().getSimpleName()
                    .replace("AccessDeniedException", "permission denied"), "check its permissions");
            return Optional.empty();
        }
    }

    static Optional<String> decode(byte[] bytes, String shown, Problems problems) {
        if (bytes.length >= 2 && ((bytes[0] & 0xFF) == 0xFE && (bytes[1] & 0xFF) == 0xFF
                || (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xFE)) {
            problems.add(new Place(shown, 1, 1), "the file is UTF-16", "save it as UTF-8");
            return Optional.empty();
        }
        int start = bytes.length >= 3 && (bytes[0] & 0xFF) == 0xEF && (bytes[1] & 0xFF) == 0xBB && (bytes[2] & 0xFF) == 0xBF
                ? 3 : 0;
        ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (!result.isError()) return Optional.of(out.flip().toString());
        Place place = placeOf(bytes, in.position(), shown);
        problems.add(place, "byte 0x%02X is not UTF-8".formatted(bytes[in.position()] & 0xFF), "save the file as UTF-8");
        return Optional.empty();
    }

    private static Place placeOf(byte[] bytes, int position, String shown) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Place(shown, line, position - lineStart + 1);
    }
}
