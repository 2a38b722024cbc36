package dev.datamill.cluster;

import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is kept of one cluster in DATAMILL_HOME: its kubeconfig, and the settings that it was started with. */
final class ClusterFolder {

    private final Path folder;

    ClusterFolder(Path home, String name) {
        this.folder = home.resolve("clusters").resolve(name);
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** Whether the cluster was started from here. */
    boolean known() {
        return Files.exists(folder.resolve("provider"));
    }

    void make() throws ClusterException {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** For its owner's eyes only from the first byte on, and whole or not there. */
    Path write(String name, String text) throws ClusterException {
        make();
        try {
            Path written = folder.resolve(name + ".new");
            Files.deleteIfExists(written);
            Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, text);
            return Files.move(written, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** A file that another program wrote here, from now on its owner's alone. */
    Path owned(String name) throws ClusterException {
        try {
            return Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new ClusterException(folder.resolve(name) + " was not written: " + e.getMessage(), "see that " + folder + " belongs to you", e);
        }
    }

    void recordSettings(Target target) throws ClusterException {
        write("settings.json", Json.pretty(settings(target)));
    }

    /** One line for each setting that the target file says differently now; none when nothing was recorded. */
    List<String> changes(Target target) {
        Optional<Map<String, Object>> started = recordedSettings();
        if (started.isEmpty()) return List.of();
        List<String> changes = new ArrayList<>();
        settings(target).forEach((key, now) -> {
            String before = String.valueOf(started.get().getOrDefault(key, ""));
            if (!before.equals(now)) {
                changes.add(target.file() + " says " + key + ": " + shown(now) + ", the cluster was made with " + shown(before));
            }
        });
        return changes;
    }

    private Optional<Map<String, Object>> recordedSettings() {
        try {
            return YamlReader.readMapping(Files.readString(folder.resolve("settings.json")), "settings.json", new Problems()).map(Yaml.Mapping::plain);
        } catch (IOException never) {
            return Optional.empty();
        }
    }

    boolean hasSettings() {
        return Files.exists(folder.resolve("settings.json"));
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : value;
    }

    private static Map<String, String> settings(Target target) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kubernetes_version", target.kubernetesVersion().orElse(""));
        settings.put("cpus", target.cpus().map(String::valueOf).orElse(""));
        settings.put("memory", target.memory().orElse(""));
        settings.put("storage", target.storage().orElse(""));
        settings.put("vm_driver", target.vmDriver().orElse(""));
        settings.put("gpu_support", target.gpu() ? "yes" : "no");
        settings.put("mirror", target.mirror().orElse(""));
        return settings;
    }

    /** Forgets the cluster. */
    void remove() throws ClusterException {
        try {
            for (String file : List.of("kubeconfig", "kubeconfig.lock", "settings.json", "provider")) Files.deleteIfExists(folder.resolve(file));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new ClusterException("the folder " + folder + " cannot be removed: " + e.getMessage(), "remove it by hand", e);
        }
    }

    private ClusterException unwritable(IOException e) {
        return new ClusterException("the cluster's folder " + folder + " cannot be written: " + e.getMessage(), "see that it belongs to you", e);
    }
}
