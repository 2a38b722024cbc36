package dev.datamill.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class YamlReaderTest {

    @Test
    void bareWordsMeanWhatTheyMeanInYamlOneTwo() {
        Map<String, Object> read = read("""
                yes: yes
                truth: true
                time: 22:30
                octal: 010
                hex: 0x1F
                number: 12
                large: 123456789012
                decimal: 1.50
                power: 1e3
                nothing: ~
                empty:
                text: "12"
                version: 1.34.4
                """).plain();
        assertEquals("yes", read.get("yes"));
        assertEquals(true, read.get("truth"));
        assertEquals("22:30", read.get("time"));
        assertEquals("010", read.get("octal"));
        assertEquals(31, read.get("hex"));
        assertEquals(12, read.get("number"));
        assertEquals(123456789012L, read.get("large"));
        assertEquals(1.5, read.get("decimal"));
        assertEquals(1000.0, read.get("power"));
        assertEquals(null, read.get("nothing"));
        assertEquals(null, read.get("empty"));
        assertEquals("12", read.get("text"));
        assertEquals("1.34.4", read.get("version"));
    }

    @Test
    void everyNodeKnowsItsLineAndColumnAlsoAfterWindowsLineEnds() {
        Yaml.Mapping read = read("a: 1\r\nb:\r\n  c: text\r\n");
        assertEquals(new Place("x.yaml", 3, 6), read.mapping("b").orElseThrow().get("c").orElseThrow().place());
    }

    @Test
    void aliasesThatExpandTogetherBeyondTheLimitAreOneProblemAndFast() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(6)));
        assertProblem(bomb.toString(), "alias");
    }

    @Test
    @Timeout(60) // not a measurement: nine files that would each take minutes, or all memory, if the bounds did not hold
    void hostileFilesOfTheLargestSizeAreReadOrRefused() {
        int size = 512 << 10;
        List<String> pieces = List.of("[", "{a: ", "- ", " x\n", "? ", "&a ", "\\x41", "#", "k: v\n");
        for (String piece : pieces) {
            String text = (piece.equals(" x\n") ? "a: |\n" : piece.startsWith("\\") ? "\"" : "") + piece.repeat(size / piece.length());
            readOrProblems(text);
        }
    }

    @Test
    void aFileWithThousandsOfProblemsReportsAsManyAsAnyoneCanRead() {
        Problems problems = new Problems();
        YamlReader.readMapping("k: v\n".repeat(5000), "x.yaml", problems);
        assertEquals(500, problems.count());
    }

    @Test
    void tenThousandMutatedFilesLoadOrReportProblemsAndNoneThrows() throws Exception {
        long seed = Long.getLong("fuzz.seed", 20261121L);
        Random random = new Random(seed);
        List<byte[]> seeds = seeds();
        for (int round = 0; round < 10_000; round++) {
            byte[] mutated = mutate(random, seeds.get(random.nextInt(seeds.size())), seeds);
            Problems problems = new Problems();
            try {
                Optional<Yaml.Mapping> read = TextFile.decode(mutated, "x.yaml", problems)
                        .flatMap(text -> YamlReader.readMapping(text, "x.yaml", problems));
                assertTrue(read.isPresent() || !problems.isEmpty(), "neither read nor refused: " + new String(mutated, StandardCharsets.ISO_8859_1));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ":\n" + new String(mutated, StandardCharsets.ISO_8859_1), e);
            }
        }
    }

    private static List<byte[]> seeds() throws Exception {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/plan"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) seeds.add(Files.readAllBytes(file));
        }
        assertFalse(seeds.isEmpty());
        return seeds;
    }

    private static byte[] mutate(Random random, byte[] text, List<byte[]> seeds) {
        byte[] special = "\t\n:{}[]&*!|>'\"%@`,-?#~<\\\u0000\u0085é".getBytes(StandardCharsets.UTF_8);
        List<Byte> bytes = new ArrayList<>();
        for (byte b : text) bytes.add(b);
        for (int change = 0; change < 1 + random.nextInt(8); change++) {
            int at = bytes.isEmpty() ? 0 : random.nextInt(bytes.size());
            switch (random.nextInt(5)) {
                case 0 -> bytes.add(at, special[random.nextInt(special.length)]);
                case 1 -> bytes.add(at, (byte) random.nextInt(256));
                case 2 -> {
                    if (!bytes.isEmpty()) bytes.remove(at);
                }
                case 3 -> {
                    int end = Math.min(bytes.size(), at + random.nextInt(20));
                    List<Byte> piece = List.copyOf(bytes.subList(at, end));
                    bytes.addAll(random.nextInt(bytes.size() + 1), piece);
                }
                default -> {
                    byte[] other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(Math.max(1, other.length));
                    for (int i = from; i < Math.min(other.length, from + 30); i++) bytes.add(at++, other[i]);
                }
            }
        }
        byte[] out = new byte[bytes.size()];
        for (int i = 0; i < out.length; i++) out[i] = bytes.get(i);
        return out;
    }

    private static void readOrProblems(String text) {
        Problems problems = new Problems();
        Optional<List<Yaml>> read = YamlReader.readAll(text, "x.yaml", problems);
        assertTrue(read.isPresent() || !problems.isEmpty());
    }

    private static void assertProblem(String text, String word) {
        Problems problems = new Problems();
        assertTrue(YamlReader.readMapping(text, "x.yaml", problems).isEmpty());
        assertEquals(1, problems.count(), problems.all().toString());
        assertTrue(problems.all().get(0).message().contains(word), problems.all().toString());
    }

    private static Yaml.Mapping read(String text) {
        Problems problems = new Problems();
        Optional<Yaml.Mapping> read = YamlReader.readMapping(text, "x.yaml", problems);
        assertEquals(List.of(), problems.all());
        return read.orElseThrow();
    }
}
