package dev.datamill.helm;

import dev.datamill.config.PlainYaml;
import dev.datamill.kube.Resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many YAML documents in one text, as Helm writes and charts carry them. */
public final class Manifests {

    private Manifests() {
    }

    @SuppressWarnings("unchecked")
    public static List<Resource> objects(String text) {
        List<Resource> objects = new ArrayList<>();
        for (Object document : documents(text)) {
            if (!(document instanceof Map<?, ?> map) || map.isEmpty()) continue;
            Resource object = new Resource((Map<String, Object>) map);
            if (object.kind().endsWith("List") && object.at("items").isPresent()) objects.addAll(object.items("items"));
            else objects.add(object);
        }
        return objects;
    }

    public static String text(List<Resource> objects) {
        StringBuilder text = new StringBuilder();
        for (Resource object : objects) text.append("---\n").append(PlainYaml.text(object.content()));
        return text.toString();
    }

    private static List<Object> documents(String text) {
        try {
            return PlainYaml.documents(text);
        } catch (IOException notFromHelm) {
            throw new UncheckedIOException(notFromHelm);
        }
    }
}
