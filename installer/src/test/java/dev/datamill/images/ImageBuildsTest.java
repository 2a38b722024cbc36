package dev.datamill.images;

import dev.datamill.event.Event;
import dev.datamill.event.Outcome;
import dev.datamill.process.Processes.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ImageBuildsTest {

    private static final String WHEELS = "artifacts: [{name: wheels, kind: pip, requirements: requirements.txt}]";

    @TempDir Path folder;
    private final FakeMachine machine = new FakeMachine();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private TestRegistry registry;
    private Images images;

    @BeforeEach
    void aBaseAndTwoThatStandOnIt() throws IOException {
        registry = TestRegistry.in(folder.resolve("registry")).image("base", "scratch")
                .image("one", "base", WHEELS).file("one", "requirements.txt", "thing==1.0 --hash=sha256:aa\n").image("two", "base");
        images = new Images(registry.root(), folder.resolve("home"), machine, Map.of("XDG_RUNTIME_DIR", folder.toString()),
                InstantSource.fixed(Instant.EPOCH), false);
    }

    @Test
    void theFirstBuildMakesEverythingAndTheSecondAsksNoProgram() throws Exception {
        assertEquals(Map.of("base", Outcome.CREATED, "one", Outcome.CREATED, "two", Outcome.CREATED), build("one", "two").outcomes());
        assertTrue(machine.lines(" build ").get(0).contains("datamill.local/base"), "the base comes first");
        machine.asked.clear();
        assertEquals(Map.of("base", Outcome.UNCHANGED, "one", Outcome.UNCHANGED, "two", Outcome.UNCHANGED), build("one", "two").outcomes());
        assertEquals(List.of(), machine.asked);
    }

    @Test
    void aChangeBuildsOnlyWhatItTouches() throws Exception {
        build("one", "two");
        registry.file("two", "more", "x");
        assertEquals(ImageStore.State.STALE, images.store().state(spec("two"), registry.catalog().key(spec("two"))));
        assertEquals(Map.of("base", Outcome.UNCHANGED, "two", Outcome.CREATED), build("two").outcomes());
    }

    @Test
    void aDownloadThatFailsLeavesNothingBehindAndTheOthersFinish() throws Exception {
        machine.fails("pip download", "ERROR: Could not connect to the package index");
        ImageBuilds.Result result = build("one", "two");
        assertEquals(Map.of("base", Outcome.CREATED, "one", Outcome.FAILED, "two", Outcome.CREATED), result.outcomes());
        assertTrue(result.failures().get(0).getMessage().startsWith("could not prepare wheels for one: ERROR: Could not connect"), result.failures().get(0).getMessage());
        assertTrue(result.failures().get(0).remedy().contains("try: python3 -m pip download"), result.failures().get(0).remedy());
        assertNothingUnfinished();
        machine.forgive();
        assertEquals(Map.of("base", Outcome.UNCHANGED, "one", Outcome.CREATED), build("one").outcomes());
    }

    @Test
    void wheelsWithAnotherChecksumAreRefused() throws Exception {
        machine.fails("pip download", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
        ImageException failure = build("one").failures().get(0);
        assertEquals("could not prepare wheels for one: what was fetched has another checksum than the one written down", failure.getMessage());
        assertNothingUnfinished();
    }

    @Test
    void aJarWithAnotherChecksumIsNamedWithBoth() throws Exception {
        registry.image("jars", "base", "artifacts: [{name: libs, kind: maven, checksums: sums}]").file("jars", "pom.xml", "<project/>")
                .file("jars", "sums", "00ff  thing-1.0.jar\n11ff  other-2.0.jar\n");
        ImageException failure = build("jars").failures().get(0);
        assertTrue(failure.getMessage().contains("thing-1.0.jar has the checksum "), failure.getMessage());
        assertTrue(failure.getMessage().contains("the list says 00ff; other-2.0.jar did not come"), failure.getMessage());
        assertNothingUnfinished();
    }

    @Test
    void anImageWhoseParentFailedIsSkipped() throws Exception {
        machine.fails("--tag datamill.local/base", "error building at STEP");
        assertEquals(Map.of("base", Outcome.FAILED, "one", Outcome.SKIPPED, "two", Outcome.SKIPPED), build("one", "two").outcomes());
        assertEquals(2, events.stream().filter(Event.Skipped.class::isInstance).count());
    }

    @Test
    void aFullDiskIsCalledThat() throws Exception {
        machine.fails("--tag datamill.local/two", "write /layer.tar: No space left on device");
        ImageException failure = build("two").failures().get(0);
        assertEquals("could not build datamill.local/two:1-%s: the disk is full".formatted(registry.catalog().key(spec("two"))), failure.getMessage());
        assertTrue(failure.remedy().startsWith("free some space"), failure.remedy());
        assertNothingUnfinished();
        machine.forgive();
        assertTrue(build("two").ok());
    }

    @Test
    void anImageLargerThanItsBudgetIsNotKept() throws Exception {
        machine.when("--format {{.Size}} datamill.local/two", command -> new Result(0, "21.4 MB\n", ""));
        ImageException failure = build("two").failures().get(0);
        assertEquals("two takes 21 MB, and its budget is 20 MB", failure.getMessage());
        assertEquals(ImageStore.State.ABSENT, images.store().state(spec("two"), registry.catalog().key(spec("two"))));
    }

    @Test
    void anInterruptedBuildLeavesNoImageAndTheNextGoesOn() throws Exception {
        Thread me = Thread.currentThread();
        machine.when("--tag datamill.local/one", command -> {
            me.interrupt();
            return new Result(130, "", "interrupted");
        });
        assertThrows(InterruptedException.class, () -> build("one"));
        assertEquals(ImageStore.State.ABSENT, images.store().state(spec("one"), registry.catalog().key(spec("one"))));
        assertNothingUnfinished();
        machine.forgive();
        assertEquals(Outcome.CREATED, build("one").outcomes().get("one"));
    }

    @Test
    void whatAKilledRunHadBegunIsClearedByTheNext() throws Exception {
        Files.createDirectories(folder.resolve("home/artifacts/unfinished-1/out"));
        Files.createDirectories(folder.resolve("home/work/one/context"));
        build("one");
        assertNothingUnfinished();
    }

    @Test
    void aRecordWithoutItsImageCountsAsAbsent() throws Exception {
        build("two");
        ImageStore.Built built = images.store().find(spec("two"), registry.catalog().key(spec("two"))).orElseThrow();
        Files.delete(folder.resolve("home/layout/blobs").resolve(built.digest().replace(':', '/')));
        assertEquals(Outcome.CREATED, build("two").outcomes().get("two"));
    }

    @Test
    void aBuilderThatLostTheParentGetsItBackFromTheStore() throws Exception {
        build("base");
        machine.fails("images --quiet datamill.local/base", "no such image");
        assertTrue(build("two").ok());
        assertEquals(1, machine.lines(" tag id datamill.local/base").size());
    }

    @Test
    void twoImagesThatAskForTheSameWheelsFetchThemOnce() throws Exception {
        registry.image("three", "base", WHEELS).file("three", "requirements.txt", "thing==1.0 --hash=sha256:aa\n");
        assertTrue(build("one", "three").ok());
        assertEquals(1, machine.lines("pip download").size());
    }

    @Test
    void eachBuildBeginsOnceAndEndsOnce() throws Exception {
        build("one", "two");
        for (String image : List.of("base", "one", "two")) {
            assertEquals(1, events.stream().filter(e -> e instanceof Event.Started s && s.subject().equals(ImageBuilds.subject(image))).count());
            assertEquals(1, events.stream().filter(e -> e instanceof Event.Finished f && f.subject().equals(ImageBuilds.subject(image))).count());
        }
        assertTrue(events.stream().anyMatch(e -> e instanceof Event.Finished f && f.message().equals("12 MB in 0 s")));
    }

    @Test
    void withoutABuilderTheMessageNamesOne() {
        machine.programs.remove("buildah");
        ImageException failure = assertThrows(ImageException.class, () -> build("base"));
        assertTrue(failure.remedy().contains("apt-get install buildah"), failure.remedy());
    }

    @Test
    void theBillOfMaterialsListsWhatIsInside() throws Exception {
        registry.image("three", "one", "sources: [{name: Three, version: \"3\", licence: MIT, url: \"https://example.org\"}]");
        build("three");
        Path bill = images.store().find(spec("three"), registry.catalog().key(spec("three"))).orElseThrow().bill();
        String text = Files.readString(bill);
        assertTrue(text.contains("\"pkg:pypi/thing@1.0\""), text);
        assertTrue(text.contains("\"name\": \"Three\""), text);
    }

    private ImageBuilds.Result build(String... names) throws ImageException, InterruptedException {
        return images.build(registry.catalog(), List.of(names), events::add);
    }

    private ImageSpec spec(String name) {
        return registry.catalog().find(name).orElseThrow();
    }

    private void assertNothingUnfinished() throws IOException {
        assertFalse(Files.exists(folder.resolve("home/work")));
        Path artifacts = folder.resolve("home/artifacts");
        if (!Files.exists(artifacts)) return;
        try (Stream<Path> kept = Files.list(artifacts)) {
            assertEquals(List.of(), kept.map(p -> p.getFileName().toString()).filter(name -> name.startsWith("unfinished")).toList());
        }
    }
}
