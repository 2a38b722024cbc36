package dev.datamill.cli;

import dev.datamill.TestProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CommandLineTest {

    private static final Set<String> VERBS = Set.of("plan", "install", "uninstall", "start", "debug", "halt", "destroy", "proxy");

    @TempDir
    Path folder;
    private TestProject project;

    @BeforeEach
    void aProject() {
        project = new TestProject(folder).copy(Path.of("src/test/resources/plan/_project"))
                .file("flavours/it.yaml", "# For a test\nproject: {flavour: lake}\n");
    }

    @Test
    void theClassicFormIsTheVerbForm() throws Exception {
        assertVerb("install -l -f x", "-l", "-i", "-f", "x");
        assertVerb("install -lf x", "-lif", "x");
        assertVerb("install -l -f x", "-il", "-f", "x");
        assertVerb("uninstall --local -f -i", "--local", "--uninstall", "-f", "-i");
        assertVerb("debug -l -- psql -i", "-d", "-l", "--", "psql", "-i");
        assertVerb("plan -l -f x", "-l", "plan", "-f", "x");
        assertVerb("plan -l -i", "plan", "-l", "-i");
    }

    private static void assertVerb(String expected, String... args) throws Exception {
        assertArrayEquals(expected.split(" "), ClassicForm.toVerb(args, VERBS));
    }

    @Test
    void twoActionsAreBothNamed() {
        var stop = assertThrows(dev.datamill.session.Stop.class, () -> ClassicForm.toVerb(new String[] {"-l", "-i", "-u"}, VERBS));
        assertTrue(stop.getMessage().contains("--install") && stop.getMessage().contains("--uninstall"));
        assertEquals(2, stop.status().code());
    }

    @Test
    void twoLocationsAreBothNamed() {
        TestProject.Answer answer = project.run("plan", "-l", "-r", "-f", "it");
        assertEquals(2, answer.status());
        assertTrue(answer.err().contains("--local") && answer.err().contains("--remote"), answer.err());
    }

    @Test
    void everyVerbHasHelpWithAnExample() {
        for (String verb : VerbList.all(null).keySet()) {
            TestProject.Answer answer = project.run(verb, "--help");
            assertEquals(0, answer.status(), verb);
            assertTrue(answer.out().contains("Example"), verb + " has no example:\n" + answer.out());
            assertTrue(answer.out().contains("datamill " + verb), verb);
            assertEquals("", answer.err());
        }
    }


    @Test
    void helpGoesToStandardOutputAndListsTheVerbs() {
        TestProject.Answer answer = project.run("--help");
        assertEquals(0, answer.status());
        for (String verb : List.of("plan", "list", "version", "completion")) assertTrue(answer.out().contains(verb));
    }

    @Test
    void aMisspeltFlagOrVerbIsAnsweredWithTheNearest() {
        assertRefused(project.run("plan", "-l", "--flavor", "it"), "--flavour");
        assertRefused(project.run("plann", "-l"), "plan");
        assertRefused(project.run("list", "flavors"), "flavours");
        assertRefused(project.run("plan", "-l", "-f", "it", "-o", "jsn"), "json");
        assertRefused(project.run("plan", "-l", "-f", "it", "--timeout", "soon"), "10m");
        assertRefused(project.run("plan", "-l"), "-f");
        assertRefused(project.run(), "plan");
        assertRefused(project.run("plan", "-l", "-f", "it", "--kubeconfig", "x"), "--context");
    }

    private static void assertRefused(TestProject.Answer answer, String hint) {
        assertEquals(2, answer.status(), answer.err());
        assertTrue(answer.err().contains(hint), answer.err());
        assertEquals("", answer.out());
        assertEquals(List.of(), answer.defects());
    }

    @Test
    void aFlavourIsFoundByPathAndByBareName() {
        String byPath = project.run("plan", "-l", "-f", "flavours/it.yaml").out();
        assertTrue(byPath.startsWith("flavour it"));
        assertEquals(byPath, project.run("plan", "-l", "-f", "it").out());
        assertEquals(byPath, project.run("plan", "-l", "-f", "it.yaml").out());
        assertEquals(byPath, project.run("plan", "-l", "-f", folder.resolve("flavours/it.yaml").toString()).out());
    }

    @Test
    void withoutAClusterNobodyCanSayWhatWouldChange() {
        assertEquals(3, project.run("plan", "-l", "-f", "it", "--detailed-exitcode").status());
        assertEquals(3, project.run("plan", "-l", "-f", "it", "--detailed-exitcode", "--offline").status());
    }

    @Test
    void listsAreReadableByPeopleAndPrograms() {
        assertTrue(project.run("list", "components").out().contains("lake     An object store (storage)"));
        assertTrue(project.run("list", "components", "-o", "json").out().contains("\"name\": \"lake\",\n    \"summary\": \"An object store\""));
        assertTrue(project.run("list", "flavours").out().contains("it  For a test (lake)"));
        assertTrue(project.run("list", "targets", "-o", "json").out().contains("\"local\": \"embedded\""));
    }

    @Test
    void completionKnowsEveryVerbInEveryShell() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            TestProject.Answer answer = project.run("completion", shell);
            assertEquals(0, answer.status());
            for (String verb : List.of("plan", "list", "version")) assertTrue(answer.out().contains(verb), shell);
        }
        assertRefused(project.run("completion", "tcsh"), "bash");
    }

    @Test
    void theVersionIsOneLine() {
        assertTrue(project.run("version").out().matches("datamill 1\\.2\\.3 \\(Java [^)]+\\)\n"));
    }
}
