package dev.datamill.kube;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

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
        try {
            Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            if (content instanceof Map<?, ?> map) return new Kubeconfig(file, (Map<String, Object>) map);
        } catch (YAMLException broken) {
            throw new IOException(file + " is no YAML: " + broken.getMessage().lines().findFirst().orElse(""));
        }
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
        Files.writeString(pinned, new Yaml().dump(copy));
        return pinned;
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
