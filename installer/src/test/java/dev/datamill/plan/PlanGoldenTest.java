package dev.datamill.plan;

import dev.datamill.TestProject;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Each folder of resources/plan is a case: files laid over {@code _project}, perhaps {@code args}, and what the
 * command line must answer. A case named refused-… must end with status 2 and touch nothing.
 */
class PlanGoldenTest {

    private static final Path CASES = Path.of("src/test/resources/plan");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyCaseAnswersAsWritten() throws IOException {
        List<Path> cases;
        try (Stream<Path> entries = Files.list(CASES)) {
            cases = entries.filter(c -> !c.getFileName().toString().startsWith("_")).sorted().toList();
        }
        assertTrue(cases.stream().filter(c -> c.getFileName().toString().startsWith("refused-")).count() >= 20);
        assertTrue(cases.size() >= 40);
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.getFileName().toString().replace('-', ' '), () -> check(c)));
    }

    private void check(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        TestProject project = new TestProject(Files.createDirectories(folder.resolve(name)));
        project.copy(CASES.resolve("_project")).copy(directory);
        Path argsFile = directory.resolve("args");
        String line = Files.exists(argsFile) ? Files.readString(argsFile).strip() : "plan -l -f flavours/it.yaml";
        TestProject.Answer answer = project.run(line.split(" "));

        assertEquals(List.of(), answer.defects(), answer.err());
        assertEquals(name.startsWith("refused-") ? 2 : 0, answer.status(), answer.err());
        String actual = "$ datamill " + line + "\n" + answer.out() + (answer.err().isEmpty() ? "" : "--- standard error\n" + answer.err());
        Path golden = directory.resolve("expected.txt");
        if (Boolean.getBoolean("golden.update")) Files.writeString(golden, actual);
        assertEquals(Files.readString(golden), actual,
                "if this is what it should say: mvn -q -pl installer test -Dtest=PlanGoldenTest -Dgolden.update=true");
    }
}
