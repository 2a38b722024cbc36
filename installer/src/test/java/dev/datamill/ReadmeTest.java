package dev.datamill;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The front page names what is there, all of it and nothing else. */
class ReadmeTest {

    private static final TestProject SHIPPED = new TestProject(TestProject.CHECKOUT);

    @Test
    void theTablesListEveryFlavourComponentAndTarget() throws IOException {
        for (String list : Set.of("flavours", "components", "targets")) {
            assertEquals(listed(list), rows(Character.toUpperCase(list.charAt(0)) + list.substring(1)), list);
        }
    }

    private static Set<String> listed(String what) {
        return names(SHIPPED.run("list", what, "-o", "json").out(), Pattern.compile("\"name\": \"([^\"]+)\""));
    }

    private static Set<String> rows(String heading) throws IOException {
        String readme = Files.readString(SHIPPED.root().resolve("README.md"));
        String section = readme.substring(readme.indexOf("\n## " + heading + "\n"));
        return names(section.substring(0, section.indexOf("\n## ", 4)), Pattern.compile("(?m)^\\| `([^`]+)` \\|"));
    }

    private static Set<String> names(String text, Pattern pattern) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) names.add(matcher.group(1));
        return names;
    }
}
