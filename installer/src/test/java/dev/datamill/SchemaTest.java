package dev.datamill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.datamill.component.ComponentReader;
import dev.datamill.component.RecipeReader;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;
import dev.datamill.flavour.FlavourReader;
import dev.datamill.target.TargetReader;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What an editor knows of our files and what the readers know must be the same. */
class SchemaTest {

    private static final Path SCHEMAS = TestProject.CHECKOUT.resolve("schemas");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachKeyOfAFlavourIsKnownToBoth() throws IOException {
        JsonNode flavour = schema("flavour");
        assertKeys(FlavourReader.PROJECT_KEYS, flavour.at("/properties/project"));
        assertKeys(FlavourReader.IMAGES_KEYS, flavour.at("/properties/project/properties/images"));
        assertEquals(union(FlavourReader.TARGET_SECTIONS, Set.of("project")), names(flavour.at("/properties")));
        assertKeys(union(RecipeReader.KEYS, RecipeReader.SHORT_KEYS, RecipeReader.SECTION_KEYS), flavour.at("/additionalProperties/anyOf/0"));
    }

    @Test
    void eachKeyOfATargetIsKnownToBoth() throws IOException {
        JsonNode target = schema("target");
        assertKeys(TargetReader.FILE_KEYS, target);
        assertKeys(TargetReader.LOCATION_KEYS, target.at("/$defs/location"));
        assertKeys(TargetReader.IMAGES_KEYS, target.at("/properties/images"));
        assertKeys(Set.copyOf(TargetReader.COMMANDS), target.at("/$defs/location/properties/command"));
    }

    @Test
    void eachKeyOfAComponentIsKnownToBoth() throws IOException {
        JsonNode component = schema("component");
        assertKeys(ComponentReader.KEYS, component);
        assertKeys(ComponentReader.UPSTREAM_KEYS, component.at("/properties/upstream/oneOf/1"));
    }

    @Test
    void eachKeyOfARecipeIsKnownToBoth() throws IOException {
        JsonNode recipe = schema("recipe");
        assertKeys(union(RecipeReader.KEYS, RecipeReader.SHORT_KEYS), recipe);
        JsonNode properties = recipe.get("properties");
        assertKeys(RecipeReader.SOURCE_KEYS, properties.get("chart"));
        assertKeys(RecipeReader.CHART_KEYS, properties.at("/charts/oneOf/0/items"));
        assertKeys(RecipeReader.ENDPOINT_KEYS, properties.at("/endpoints/additionalProperties"));
        assertKeys(RecipeReader.RESOURCE_KEYS, properties.get("resources"));
        assertKeys(RecipeReader.READY_KEYS, properties.at("/ready/oneOf/0"));
        assertKeys(RecipeReader.CHECK_KEYS, properties.at("/verify/oneOf/0"));
        assertKeys(RecipeReader.ENV_KEYS, properties.at("/verify/oneOf/0/properties/env/additionalProperties/oneOf/1"));
        assertKeys(RecipeReader.ACCOUNT_KEYS, properties.at("/accounts/additionalProperties"));
        assertKeys(RecipeReader.UNINSTALL_KEYS, properties.get("uninstall"));
        assertKeys(RecipeReader.REF_KEYS, properties.at("/uninstall/properties/first/oneOf/0"));
    }

    @Test
    void everyShippedFileFollowsItsSchema() throws IOException {
        assertValid("flavour", "flavours", "[^/]*\\.yaml");
        assertValid("target", "k8s", "[^/]*\\.yaml");
        assertValid("component", "components", "[^/]*/component\\.yaml");
        assertValid("recipe", "components", "[^/]*/config(_[a-z]+)?\\.yaml");
    }

    @Test
    void everyShippedFileNamesItsSchemaForEditors() throws IOException {
        for (String folder : List.of("flavours", "k8s", "components")) {
            Path base = TestProject.CHECKOUT.resolve(folder);
            try (Stream<Path> all = Files.walk(base)) {
                for (Path file : (Iterable<Path>) all.filter(f -> f.getFileName().toString()
                        .matches(folder.equals("components") ? "component\\.yaml|config(_[a-z]+)?\\.yaml" : ".*\\.yaml"))::iterator) {
                    if (base.relativize(file).getNameCount() > 2) continue;
                    if (folder.equals("k8s") && base.relativize(file).getNameCount() > 1) continue;
                    String first = Files.readAllLines(file).get(0);
                    assertTrue(first.startsWith("# yaml-language-server: $schema="), file + " begins with " + first);
                    assertTrue(Files.exists(file.getParent().resolve(first.substring(first.indexOf('=') + 1).strip())), file.toString());
                }
            }
        }
    }

    @Test
    void everyCaseThatTheReaderAcceptsFollowsTheSchema() throws IOException {
        JsonSchema schema = validator("flavour");
        try (Stream<Path> cases = Files.list(Path.of("src/test/resources/plan"))) {
            for (Path file : (Iterable<Path>) cases.filter(c -> !c.getFileName().toString().matches("refused-.*|_.*"))
                    .map(c -> c.resolve("flavours/it.yaml"))::iterator) {
                assertEquals(Set.of(), schema.validate(json(Files.readString(file).replace("\uFEFF", ""))), file.toString());
            }
        }
    }

    @Test
    void aTypingErrorIsSeenByTheSchemaToo() throws IOException {
        assertFalse(validator("flavour").validate(json("project: {flavour: lake, data_foldr: x}")).isEmpty());
        assertFalse(validator("flavour").validate(json("project: {flavour: lake}\nlake: {valuse: {}}")).isEmpty());
    }

    private static void assertValid(String kind, String folder, String pattern) throws IOException {
        JsonSchema schema = validator(kind);
        Path base = TestProject.CHECKOUT.resolve(folder);
        int files = 0;
        try (Stream<Path> all = Files.walk(base)) {
            for (Path file : (Iterable<Path>) all.filter(f -> base.relativize(f).toString().matches(pattern))::iterator) {
                assertEquals(Set.of(), schema.validate(json(Files.readString(file))), file.toString());
                files++;
            }
        }
        assertTrue(files > 0, "no " + kind + " file in " + folder);
    }

    private static void assertKeys(Set<String> reader, JsonNode object) {
        assertEquals(new TreeSet<>(reader), names(object.get("properties")));
        assertEquals(false, object.get("additionalProperties").asBoolean(true), "unknown keys must be refused");
    }

    private static Set<String> names(JsonNode properties) {
        Set<String> names = new TreeSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @SafeVarargs
    private static Set<String> union(Set<String>... sets) {
        Set<String> all = new TreeSet<>();
        for (Set<String> set : sets) all.addAll(set);
        return all;
    }

    private static JsonNode schema(String kind) throws IOException {
        return JSON.readTree(SCHEMAS.resolve(kind + ".schema.json").toFile());
    }

    private static JsonSchema validator(String kind) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SCHEMAS.resolve(kind + ".schema.json").toUri());
    }

    private static JsonNode json(String yaml) {
        Problems problems = new Problems();
        Yaml.Mapping read = YamlReader.readMapping(yaml, "x", problems).orElseThrow(() -> new AssertionError(problems.all()));
        assertEquals(List.of(), problems.all());
        return JSON.valueToTree(read.plain());
    }
}
