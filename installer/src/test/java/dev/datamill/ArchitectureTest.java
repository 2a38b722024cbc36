package dev.datamill;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Who may import whom. A new arrow is a decision: it is drawn here, or it is not drawn. */
class ArchitectureTest {

    private static final String ROOT = "dev.datamill.";
    private static final int LONGEST_FILE = 400;

    /** For each package those that it may use; what is not named here may use everything. */
    private static final Map<String, Set<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("config", Set.of()),
            Map.entry("event", Set.of()),
            Map.entry("process", Set.of()),
            Map.entry("target", Set.of("config")),
            Map.entry("flavour", Set.of("config")),
            Map.entry("component", Set.of("config")),
            Map.entry("plan", Set.of("config", "target", "flavour", "component")),
            Map.entry("workspace", Set.of("config", "flavour", "component", "plan")),
            Map.entry("progress", Set.of("event", "config")),
            Map.entry("kube", Set.of("config")),
            Map.entry("helm", Set.of("config", "event", "kube", "process", "component")),
            Map.entry("objectstore", Set.of("config", "event")),
            Map.entry("images", Set.of("config", "event", "process", "cluster", "workspace")),
            Map.entry("cluster", Set.of("config", "event", "process", "target", "kube")),
            Map.entry("run", Set.of("config", "event", "component", "plan", "target", "cluster", "kube", "helm", "objectstore", "process")),
            Map.entry("session", Set.of("config", "event", "process", "target", "flavour", "component", "plan", "workspace", "progress",
                    "kube", "helm", "objectstore", "images", "cluster", "run")),
            Map.entry("cli", Set.of("config", "target", "session", "workspace"))));

    /** Each library has one door. YAML that is not ours (kubeconfigs, manifests, chart indexes) is read where it comes in. */
    private static final Map<String, Set<String>> DOORS = Map.of(
            "io.fabric8..", Set.of("kube"),
            "com.marcnuri..", Set.of("helm"),
            "io.minio..", Set.of("objectstore"),
            "org.yaml.snakeyaml..", Set.of("config", "kube", "helm"),
            "picocli..", Set.of("cli"));

    private static final JavaClasses classes = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void arrowsGoOneWay() {
        Set<String> all = new TreeSet<>(ARROWS.keySet());
        ARROWS.forEach((from, allowed) -> {
            Set<String> forbidden = new TreeSet<>(all);
            forbidden.remove(from);
            forbidden.removeAll(allowed);
            noClasses().that().resideInAPackage(ROOT + from + "..").should().dependOnClassesThat()
                    .resideInAnyPackage(forbidden.stream().map(p -> ROOT + p + "..").toArray(String[]::new))
                    .because(from + " may only use " + allowed).allowEmptyShould(true).check(classes);
        });
    }

    @Test
    void everyPackageIsOnTheMap() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/main/java/dev/datamill"))) {
            Set<String> packages = new TreeSet<>(folders.filter(Files::isDirectory).map(f -> f.getFileName().toString()).toList());
            packages.removeAll(ARROWS.keySet());
            assertEquals(Set.of(), packages, "draw their arrows here");
        }
    }

    @Test
    void eachLibraryHasOneDoor() {
        DOORS.forEach((library, doors) -> noClasses().that()
                .resideOutsideOfPackages(doors.stream().map(door -> ROOT + door + "..").toArray(String[]::new))
                .should().dependOnClassesThat().resideInAPackage(library).because(doors + " is its door")
                .allowEmptyShould(true).check(classes));
        noClasses().that().resideOutsideOfPackage(ROOT + "process..").should().dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class).check(classes);
    }

    @Test
    void onlyMainEndsTheProcessAndKnowsItsStreams() {
        noClasses().that().doNotHaveFullyQualifiedName(ROOT + "Main").should().callMethod(System.class, "exit", int.class).check(classes);
        noClasses().that().doNotHaveFullyQualifiedName(ROOT + "Main").should().accessField(System.class, "out")
                .orShould().accessField(System.class, "err").orShould().accessField(System.class, "in")
                .orShould().callMethod(System.class, "getenv").orShould().callMethod(System.class, "getenv", String.class).check(classes);
    }

    @Test
    void noFileIsLongerThanOneCanRead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
                long lines;
                try (Stream<String> content = Files.lines(file)) {
                    lines = content.count();
                }
                if (lines > LONGEST_FILE) tooLong.add(file + ": " + lines);
            }
        }
        assertEquals(List.of(), tooLong);
    }
}
