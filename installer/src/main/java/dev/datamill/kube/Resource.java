package dev.datamill.kube;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An object of the API server as plain maps and lists, with short ways to what is inside. */
public record Resource(Map<String, Object> content) {

    public static Resource of(Kind kind, String namespace, String name) {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("name", name);
        if (kind.namespaced()) meta.put("namespace", namespace);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("apiVersion", kind.apiVersion());
        content.put("kind", kind.name());
        content.put("metadata", meta);
        return new Resource(content);
    }

    public String apiVersion() {
        return text("apiVersion");
    }

    public String kind() {
        return text("kind");
    }

    public String name() {
        return text("metadata", "name");
    }

    public String namespace() {
        return text("metadata", "namespace");
    }

    public String uid() {
        return text("metadata", "uid");
    }

    public String version() {
        return text("metadata", "resourceVersion");
    }

    public long generation() {
        return number("metadata", "generation");
    }

    public Map<String, String> labels() {
        return texts("metadata", "labels");
    }

    public String label(String key) {
        return labels().getOrDefault(key, "");
    }

    public Map<String, String> annotations() {
        return texts("metadata", "annotations");
    }

    public String annotation(String key) {
        return annotations().getOrDefault(key, "");
    }

    public boolean beingDeleted() {
        return at("metadata", "deletionTimestamp").isPresent();
    }

    /** {@code Deployment/minio}, as kubectl takes it. */
    public String shown() {
        return kind() + "/" + name();
    }

    /** What is at the end of a path of keys. */
    public Optional<Object> at(String... path) {
        Object here = content;
        for (String key : path) {
            if (!(here instanceof Map<?, ?> map)) return Optional.empty();
            here = map.get(key);
        }
        return Optional.ofNullable(here);
    }

    public String text(String... path) {
        return at(path).map(Objects::toString).orElse("");
    }

    public long number(String... path) {
        return at(path).filter(Number.class::isInstance).map(value -> ((Number) value).longValue()).orElse(0L);
    }

    public long number(long otherwise, String... path) {
        return at(path).filter(Number.class::isInstance).map(value -> ((Number) value).longValue()).orElse(otherwise);
    }

    public boolean is(String... path) {
        return at(path).filter(Boolean.TRUE::equals).isPresent();
    }

    public Map<String, String> texts(String... path) {
        Map<String, String> texts = new LinkedHashMap<>();
        at(path).filter(Map.class::isInstance).ifPresent(map ->
                ((Map<?, ?>) map).forEach((key, value) -> texts.put(String.valueOf(key), Objects.toString(value, ""))));
        return texts;
    }

    /** The items of a list of maps, each with the same short ways. */
    public List<Resource> items(String... path) {
        return at(path).filter(List.class::isInstance).map(list -> ((List<?>) list).stream()
                .filter(Map.class::isInstance).map(Resource::inner).toList()).orElse(List.of());
    }

    public List<String> names(String... path) {
        return at(path).filter(List.class::isInstance)
                .map(list -> ((List<?>) list).stream().map(String::valueOf).toList()).orElse(List.of());
    }

    /** A part of the object that is a map itself. */
    public Resource part(String... path) {
        return at(path).filter(Map.class::isInstance).map(Resource::inner).orElse(new Resource(Map.of()));
    }

    public Optional<Resource> condition(String type) {
        return items("status", "conditions").stream().filter(c -> c.text("type").equals(type)).findFirst();
    }

    public boolean has(String conditionType) {
        return condition(conditionType).filter(c -> c.text("status").equals("True")).isPresent();
    }

    public Optional<Instant> time(String... path) {
        try {
            String text = text(path);
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    public Optional<Instant> created() {
        return time("metadata", "creationTimestamp");
    }

    public boolean ownedBy(Resource owner) {
        return !owner.uid().isEmpty()
                && items("metadata", "ownerReferences").stream().anyMatch(o -> o.text("uid").equals(owner.uid()));
    }

    /** A copy with one value set; the path is made where it is missing. */
    public Resource with(Object value, String... path) {
        return new Resource(set(content, value, path, 0));
    }

    public Resource withLabel(String key, String value) {
        return with(value, "metadata", "labels", key);
    }

    public Resource withAnnotation(String key, String value) {
        return with(value, "metadata", "annotations", key);
    }

    private static Map<String, Object> set(Map<String, Object> map, Object value, String[] path, int at) {
        Map<String, Object> copy = new LinkedHashMap<>(map);
        if (at == path.length - 1) {
            if (value == null) copy.remove(path[at]);
            else copy.put(path[at], value);
        } else {
            Object below = copy.get(path[at]);
            copy.put(path[at], set(below instanceof Map<?, ?> inner ? cast(inner) : Map.of(), value, path, at + 1));
        }
        return copy;
    }

    private static Resource inner(Object map) {
        return new Resource(cast((Map<?, ?>) map));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
