package dev.datamill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The components, flavours and targets in this checkout keep what they and their texts promise. */
class ShippedPlatformTest {

    private static final TestProject SHIPPED = new TestProject(TestProject.CHECKOUT);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PROMISE = Pattern.compile("Requests on a laptop: (\\S+) CPU, (\\S+) memory, (\\S+) storage\\.");

    @Test
    void everyFlavourPlansOnEveryTargetOfThisMachine() throws IOException {
        for (String flavour : names("flavours")) {
            for (String target : names("k8s")) {
                if (Set.of("eks", "existing").contains(target)) continue;
                TestProject.Answer answer = SHIPPED.run("plan", "-l", "--offline", "-f", flavour, "-t", target);
                assertEquals(0, answer.status(), flavour + " on " + target + ": " + answer.err());
            }
        }
    }

    @Test
    void everyFlavourPlansOnAClusterWithoutFallingBackToALaptopsRecipe() throws IOException {
        for (String flavour : names("flavours")) {
            for (String target : List.of("eks", "existing")) {
                TestProject.Answer answer = SHIPPED.run("plan", "-r", "--offline", "-f", flavour, "-t", target, "-o", "json");
                assertEquals(0, answer.status(), flavour + " on " + target + ": " + answer.err());
                for (JsonNode component : JSON.readTree(answer.out()).get("components")) {
                    assertTrue(!component.get("recipe").asText().equals("config.yaml"), component.get("name") + " in " + flavour);
                }
            }
        }
    }

    @Test
    void eachFlavourSaysWhatItAsksOfAMachineAndThatIsTheSum() throws IOException {
        for (String flavour : names("flavours")) {
            Matcher promise = PROMISE.matcher(Files.readString(SHIPPED.root().resolve("flavours/" + flavour + ".yaml")));
            assertTrue(promise.find(), "flavours/" + flavour + ".yaml says what it requests");
            JsonNode plan = JSON.readTree(SHIPPED.run("plan", "-l", "--offline", "-f", flavour, "-o", "json").out());
            int group = 1;
            for (String resource : List.of("cpu", "memory", "storage")) {
                BigDecimal sum = BigDecimal.ZERO;
                for (JsonNode component : plan.get("components")) {
                    sum = sum.add(quantity(component.at("/resources/" + resource).asText("")));
                }
                BigDecimal said = quantity(promise.group(group++));
                assertEquals(0, said.compareTo(sum), flavour + " requests " + resource + " of " + sum.toPlainString() + ", and says " + said.toPlainString());
            }
        }
    }

    @Test
    void eachComponentHasAReadmeARecipeForAClusterAndALineInTheTable() throws IOException {
        String table = Files.readString(SHIPPED.root().resolve("components/README.md"));
        for (String component : folders("components")) {
            Path folder = SHIPPED.root().resolve("components/" + component);
            for (String file : List.of("component.yaml", "config.yaml", "config_ha.yaml", "README.md")) {
                assertTrue(Files.exists(folder.resolve(file)), component + "/" + file);
            }
            assertTrue(table.contains("[" + component + "](" + component + "/README.md)"), component + " is in components/README.md");
        }
    }

    @Test
    void everyValueSetInAForeignChartIsOneOfItsKeys() throws IOException {
        int charts = 0;
        for (String component : folders("components")) {
            Path folder = SHIPPED.root().resolve("components/" + component);
            for (Path recipe : files(folder, ".yaml")) {
                if (!recipe.getFileName().toString().startsWith("config")) continue;
                for (Object entry : (List<?>) yaml(recipe).getOrDefault("charts", List.of())) {
                    Map<?, ?> chart = (Map<?, ?>) entry;
                    Map<?, ?> source = (Map<?, ?>) chart.get("chart");
                    if (source.containsKey("path")) continue;
                    String name = source.containsKey("name") ? source.get("name").toString() : source.get("oci").toString().replaceAll(".*/", "");
                    Path list = folder.resolve("upstream/" + name + "-" + source.get("version") + ".keys");
                    assertTrue(Files.exists(list), "the keys of " + name + " " + source.get("version") + " are in " + list);
                    List<String> known = Files.readAllLines(list);
                    Map<String, Object> set = new TreeMap<>();
                    if (chart.containsKey("config_file")) flatten(yaml(folder.resolve(chart.get("config_file").toString())), "", set);
                    if (chart.containsKey("values")) flatten((Map<?, ?>) chart.get("values"), "", set);
                    for (String key : set.keySet()) {
                        assertTrue(known.stream().anyMatch(k -> k.endsWith(".*") ? key.equals(k.substring(0, k.length() - 2)) || key.startsWith(k.substring(0, k.length() - 1))
                                : key.equals(k)), name + " knows no '" + key + "' (" + recipe.getFileName() + " of " + component + ")");
                    }
                    charts++;
                }
            }
        }
        assertTrue(charts >= 6, "six foreign charts were looked at, not " + charts);
    }

    private static void flatten(Map<?, ?> values, String path, Map<String, Object> into) {
        values.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map && !map.isEmpty()) flatten(map, path + key + ".", into);
            else into.put(path + key, String.valueOf(value));
        });
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    private static BigDecimal quantity(String text) {
        Matcher parts = Pattern.compile("([\\d.]+)(\\w*)").matcher(text);
        if (!parts.matches()) return BigDecimal.ZERO;
        return new BigDecimal(parts.group(1)).multiply(switch (parts.group(2)) {
            case "" -> BigDecimal.ONE;
            case "m" -> new BigDecimal("0.001");
            case "Mi" -> BigDecimal.valueOf(1L << 20);
            case "Gi" -> BigDecimal.valueOf(1L << 30);
            default -> throw new IllegalArgumentException(text);
        });
    }

    private static List<String> names(String folder) throws IOException {
        return files(SHIPPED.root().resolve(folder), ".yaml").stream().map(f -> f.getFileName().toString().replace(".yaml", "")).toList();
    }

    private static List<String> folders(String folder) throws IOException {
        try (Stream<Path> all = Files.list(SHIPPED.root().resolve(folder))) {
            return all.filter(Files::isDirectory).map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(all.filter(f -> f.toString().endsWith(ending)).sorted().toList());
        }
    }
}
