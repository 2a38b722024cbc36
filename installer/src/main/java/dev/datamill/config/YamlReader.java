package dev.datamill.config;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns YAML text into {@link Yaml} trees and everything that is wrong with it into problems. It builds no
 * objects from tags and bounds depth, aliases and size, so a hostile file costs no more than an honest one.
 */
public final class YamlReader {

    private static final int DEEPEST = 60;
    private static final int MOST_NODES = 100_000;
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ, Tag.MERGE);

    private final String file;
    private final Problems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;
    private boolean tooLarge;

    private YamlReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Reads a text that must hold one document whose root is a map; empty when it does not. */
    public static Optional<Yaml.Mapping> readMapping(String text, String file, Problems problems) {
        List<Yaml> documents = readAll(text, file, problems).orElse(null);
        if (documents == null) return Optional.empty();
        if (documents.isEmpty()) {
            problems.add(Place.of(file), "the file is empty", "write at least one key, or leave the file out");
            return Optional.empty();
        }
        if (documents.size() > 1) {
            problems.add(documents.get(1).place(), "a second document begins here",
                    "keep one document in this file; remove the '---'");
            return Optional.empty();
        }
        if (documents.get(0) instanceof Yaml.Mapping mapping) return Optional.of(mapping);
        problems.add(documents.get(0).place(), "the file holds " + documents.get(0).kind() + ", not a map of keys",
                "write 'key: value' lines");
        return Optional.empty();
    }

    /** Reads all documents of a text; empty when one of them could not be read. */
    public static Optional<List<Yaml>> readAll(String text, String file, Problems problems) {
        return new YamlReader(file, problems).documents(text);
    }

    private Optional<List<Yaml>> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(200);
        options.setAllowRecursiveKeys(false);
        options.setCodePointLimit(Integer.MAX_VALUE);
        List<Yaml> documents = new ArrayList<>();
        int before = problems.count();
        try {
            Composer composer = new Composer(new ParserImpl(new StreamReader(text), options), new CoreSchema(), options);
            while (composer.checkNode()) {
                Node node = composer.getNode();
                if (node.getTag().equals(Tag.NULL) && !composer.checkNode() && documents.isEmpty()) break;
                documents.add(convert(node));
            }
        } catch (MarkedYAMLException e) {
            SyntaxAdvice.of(e, text).report(problems, at(e.getProblemMark()));
            return Optional.empty();
        } catch (YAMLException e) {
            problems.add(Place.of(file), SyntaxAdvice.plainWords(e.getMessage()), "");
            return Optional.empty();
        }
        return problems.count() > before && tooLarge ? Optional.empty() : Optional.of(documents);
    }

    private Yaml convert(Node node) {
        Place place = at(node.getStartMark());
        if (++nodes > MOST_NODES) {
            if (!tooLarge) {
                problems.add(place, "aliases expand this file to more than " + MOST_NODES + " values",
                        "write the values out, or use fewer aliases");
            }
            tooLarge = true;
            return new Yaml.Scalar(place, null);
        }
        if (!PLAIN_TAGS.contains(node.getTag())) {
            problems.add(place, "the tag " + shortTag(node.getTag()) + " is not allowed here", "remove the tag");
            return new Yaml.Scalar(place, null);
        }
        if (node instanceof ScalarNode scalar) return new Yaml.Scalar(place, CoreSchema.value(scalar));
        if (!open.add(node)) {
            problems.add(place, "this alias contains itself", "an anchor's content may not refer to the anchor");
            return new Yaml.Scalar(place, null);
        }
        try {
            return node instanceof SequenceNode list ? sequence(list, place) : mapping((MappingNode) node, place);
        } finally {
            open.remove(node);
        }
    }

    private Yaml.Sequence sequence(SequenceNode node, Place place) {
        List<Yaml> items = new ArrayList<>();
        for (Node item : node.getValue()) items.add(convert(item));
        return new Yaml.Sequence(place, items);
    }

    private Yaml.Mapping mapping(MappingNode node, Place place) {
        Map<String, Yaml.Entry> own = new LinkedHashMap<>();
        Map<String, Yaml.Entry> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Place keyPlace = at(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyPlace, "a key must be plain text", "");
                continue;
            }
            Yaml value = convert(tuple.getValueNode());
            if (key.getTag().equals(Tag.MERGE)) {
                mergeKey(value).forEach((name, entry) -> merged.putIfAbsent(name, entry));
                continue;
            }
            Yaml.Entry twice = own.get(key.getValue());
            if (twice != null) {
                problems.add(keyPlace, "the key '" + key.getValue() + "' stands here a second time",
                        "it is already at line " + twice.keyPlace().line() + "; keep one of them");
                continue;
            }
            own.put(key.getValue(), new Yaml.Entry(keyPlace, value));
        }
        merged.putAll(own);
        return new Yaml.Mapping(place, merged);
    }

    /** The content of {@code <<:}, a map or a list of maps, the first of which wins. */
    private Map<String, Yaml.Entry> mergeKey(Yaml value) {
        if (value instanceof Yaml.Mapping map) return map.entries();
        Map<String, Yaml.Entry> all = new LinkedHashMap<>();
        if (value instanceof Yaml.Sequence list && list.items().stream().allMatch(Yaml.Mapping.class::isInstance)) {
            for (Yaml item : list.items()) ((Yaml.Mapping) item).entries().forEach(all::putIfAbsent);
        } else {
            problems.add(value.place(), "'<<' takes a map or a list of maps, not " + value.kind(), "");
        }
        return all;
    }

    private Place at(Mark mark) {
        return mark == null ? Place.of(file) : new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String shortTag(Tag tag) {
        return tag.getValue().replace(Tag.PREFIX, "!!");
    }
}
