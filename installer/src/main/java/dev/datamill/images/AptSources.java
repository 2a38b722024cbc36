package dev.datamill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Debian's own package sources among those of this machine, in apt's newer form. */
record AptSources(List<String> stanzas) {

    private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s+)?(\\S+)\\s+(\\S+)\\s+(.+)");
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /** @param etc the folder /etc/apt; @param release such as bookworm */
    static AptSources of(Path etc, String release) throws IOException {
        List<String> found = new ArrayList<>();
        Path list = etc.resolve("sources.list");
        if (Files.isReadable(list)) oneLine(Files.readString(list), release, found);
        Path parts = etc.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> files = Files.list(parts)) {
                for (Path file : files.sorted().filter(Files::isReadable).toList()) {
                    if (file.toString().endsWith(".list")) oneLine(Files.readString(file), release, found);
                    if (file.toString().endsWith(".sources")) deb822(Files.readString(file), release, found);
                }
            }
        }
        return new AptSources(found.stream().distinct().toList());
    }

    boolean isEmpty() {
        return stanzas.isEmpty();
    }

    String text() {
        return String.join("\n", stanzas);
    }

    private static void oneLine(String text, String release, List<String> found) {
        text.lines().map(String::strip).forEach(line -> {
            Matcher entry = ONE_LINE.matcher(line);
            if (entry.matches() && wanted(entry.group(3), release)) {
                found.add("Types: deb\nURIs: " + entry.group(2) + "\nSuites: " + entry.group(3) + "\nComponents: main\nSigned-By: " + KEYRING + "\n");
            }
        });
    }

    private static void deb822(String text, String release, List<String> found) {
        for (String stanza : text.split("\\n\\s*\\n")) {
            String types = field(stanza, "Types");
            String suites = field(stanza, "Suites");
            if (!List.of(types.split("\\s+")).contains("deb") || field(stanza, "Enabled").equalsIgnoreCase("no")) continue;
            List<String> ours = Stream.of(suites.split("\\s+")).filter(suite -> wanted(suite, release)).toList();
            if (ours.isEmpty() || !List.of(field(stanza, "Components").split("\\s+")).contains("main")) continue;
            found.add("Types: deb\nURIs: " + field(stanza, "URIs") + "\nSuites: " + String.join(" ", ours)
                    + "\nComponents: main\nSigned-By: " + KEYRING + "\n");
        }
    }

    private static boolean wanted(String suite, String release) {
        return List.of(release, release + "-updates", release + "-security", release + "/updates").contains(suite);
    }

    private static String field(String stanza, String name) {
        Matcher field = Pattern.compile("(?im)^" + name + ":[ \\t]*(.*)$").matcher(stanza);
        return field.find() ? field.group(1).strip() : "";
    }
}
