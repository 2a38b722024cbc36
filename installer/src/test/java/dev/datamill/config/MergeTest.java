package dev.datamill.config;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MergeTest {

    private static final List<String> KEYS = List.of("a", "b", "c", "d");

    @Test
    void mapsMergeListsAndScalarsReplaceAndNullRemoves() {
        Yaml.Mapping merged = Merge.over(parse("a: {x: 1, y: 2}\nb: [1, 2]\nc: 3\n", "low"), parse("a: {y: 5}\nb: [9]\nc: null\nd: 4\n", "high"));
        assertEquals(parse("a: {x: 1, y: 5}\nb: [9]\nd: 4\n", "any").plain(), merged.plain());
    }

    @Test
    void withoutRemovalsMergingIsAssociative() {
        Random random = new Random(1);
        for (int round = 0; round < 1000; round++) {
            Yaml.Mapping one = map(random, "one", 3, false);
            Yaml.Mapping two = map(random, "two", 3, false);
            Yaml.Mapping three = map(random, "three", 3, false);
            assertEquals(Merge.over(Merge.over(one, two), three).plain(), Merge.over(one, Merge.over(two, three)).plain());
        }
    }

    @Test
    void layersWithRemovalsAreAssociativeUntilTheNullsAreDropped() {
        Random random = new Random(2);
        for (int round = 0; round < 1000; round++) {
            Yaml.Mapping one = map(random, "one", 3, true);
            Yaml.Mapping two = map(random, "two", 3, true);
            Yaml.Mapping three = map(random, "three", 3, true);
            assertEquals(Merge.layer(Merge.layer(one, two), three).plain(), Merge.layer(one, Merge.layer(two, three)).plain());
        }
    }

    @Test
    void everyLeafComesFromTheUppermostFileThatWroteIt() {
        Random random = new Random(3);
        for (int round = 0; round < 1000; round++) {
            Yaml.Mapping low = map(random, "low", 3, false);
            Yaml.Mapping high = map(random, "high", 3, false);
            Map<String, String> origins = origins(Merge.over(low, high));
            Map<String, String> lowLeaves = origins(low);
            Map<String, String> highLeaves = origins(high);
            origins.forEach((path, file) -> {
                assertEquals(highLeaves.containsKey(path) ? "high" : "low", file, path);
                assertTrue(highLeaves.containsKey(path) || lowLeaves.containsKey(path), path);
            });
            highLeaves.keySet().forEach(path -> assertTrue(origins.containsKey(path), path));
        }
    }

    private static Map<String, String> origins(Yaml.Mapping map) {
        Map<String, String> origins = new LinkedHashMap<>();
        collect("", map, origins);
        return origins;
    }

    private static void collect(String path, Yaml value, Map<String, String> origins) {
        if (value instanceof Yaml.Mapping map) map.entries().forEach((key, entry) -> collect(path + "/" + key, entry.value(), origins));
        else origins.put(path, value.place().file());
    }

    /** What a key holds depends on the key alone: merging a map with a scalar is a choice, not an algebra. */
    private static Yaml.Mapping map(Random random, String file, int depth, boolean nulls) {
        Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
        for (String key : KEYS) {
            if (random.nextInt(3) == 0) continue;
            entries.put(key, new Yaml.Entry(Place.of(file), value(key, random, file, depth, nulls)));
        }
        return new Yaml.Mapping(Place.of(file), entries);
    }

    private static Yaml value(String key, Random random, String file, int depth, boolean nulls) {
        if (key.compareTo("c") < 0 && depth > 0) return map(random, file, depth - 1, nulls);
        if (key.equals("c")) return new Yaml.Sequence(Place.of(file), new ArrayList<>(List.of(new Yaml.Scalar(Place.of(file), random.nextInt(9)))));
        return new Yaml.Scalar(Place.of(file), nulls && random.nextInt(3) == 0 ? null : (Object) random.nextInt(9));
    }

    private static Yaml.Mapping parse(String text, String file) {
        return YamlReader.readMapping(text, file, new Problems()).orElseThrow();
    }
}
