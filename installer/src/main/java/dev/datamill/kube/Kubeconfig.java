package dev.datamill.kube;

import dev.datamill.config.PlainYaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A kubeconfig file as far as we care: which contexts it has, and a copy in which one of them is the current one. */
public final class Kubeconfig {

    private final Path file;
    private final Map<String, Object> content;

    private Kubeconfig(Path file, Map<String, Object> content) {
        this.file = file;
        this.content = content;
    }

    @SuppressWarnings("unchecked")
    public static Kubeconfig read(Path file) throws IOException {
        Object content = PlainYaml.document(Files.readString(file));
        if (content instanceof Map<?, ?> map) return new Kubeconfig(file, (Map<String, Object>) map);
        throw new IOException(file + " is no kubeconfig");
    }

    public List<String> contexts() {
        List<String> names = new ArrayList<>();
        for (Map<String, Object> context : entries("contexts")) names.add(Objects.toString(context.get("name"), ""));
        return names;
    }

    public String current() {
        return Objects.toString(content.get("current-context"), "");
    }

    /**
     * Helm always takes the current context. Where that is another one, this writes a private copy into a folder;
     * the user's own file is never touched.
     */
    public Path pinned(String context, Path folder) throws IOException {
        if (context.equals(current())) return file;
        Map<String, Object> copy = new LinkedHashMap<>(content);
        copy.put("current-context", context);
        // Relative file names count from the folder of the kubeconfig, so in a copy they have to be absolute.
        absolute("clusters", "cluster", "certificate-authority");
        absolute("users", "user", "client-certificate");
        absolute("users", "user", "client-key");
        absolute("users", "user", "tokenFile");
        Files.createDirectories(folder);
        Path pinned = Files.createTempFile(folder, "kubeconfig-", ".yaml",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pinned, PlainYaml.text(copy));
        return pinned;
    }

    /**
     * Adds this file's cluster, user and context under one name to another file, whose current context stays.
     *
     * @return the name
     */
    @SuppressWarnings("unchecked")
    public String mergeInto(Path own, String name) throws IOException {
        Map<String, Object> merged = Files.exists(own) ? new LinkedHashMap<>(read(own).content)
                : new LinkedHashMap<>(Map.of("apiVersion", "v1", "kind", "Config"));
        for (String list : List.of("clusters", "users", "contexts")) {
            List<Object> entries = merged.get(list) instanceof List<?> there ? new ArrayList<>(there) : new ArrayList<>();
            entries.removeIf(entry -> entry instanceof Map<?, ?> map && name.equals(map.get("name")));
            Map<String, Object> mine = new LinkedHashMap<>(entries(list).get(0));
            mine.put("name", name);
            if (list.equals("contexts")) {
                Map<String, Object> context = new LinkedHashMap<>((Map<String, Object>) mine.get("context"));
                context.put("cluster", name);
                context.put("user", name);
                mine.put("context", context);
            }
            entries.add(mine);
            merged.put(list, entries);
        }
        Files.createDirectories(own.toAbsolutePath().getParent());
        Path written = Files.createTempFile(own.toAbsolutePath().getParent(), ".config-", "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, PlainYaml.text(merged));
        Files.move(written, own, java.nio.file.StandardCopyOption.REPLACE_EXISTING, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return name;
    }

    @SuppressWarnings("unchecked")
    private void absolute(String list, String inner, String key) {
        for (Map<String, Object> entry : entries(list)) {
            if (entry.get(inner) instanceof Map<?, ?> map && map.get(key) instanceof String name) {
                ((Map<String, Object>) map).put(key, file.toAbsolutePath().getParent().resolve(name).toString());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> entries(String list) {
        List<Map<String, Object>> entries = new ArrayList<>();
        if (content.get(list) instanceof List<?> items) {
            for (Object item : items) if (item instanceof Map<?, ?> map) entries.add((Map<String, Object>) map);
        }
        return entries;
    }
}
