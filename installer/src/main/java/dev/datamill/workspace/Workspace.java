package dev.datamill.workspace;

import dev.datamill.component.Catalog;
import dev.datamill.component.Component;
import dev.datamill.component.ComponentReader;
import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.config.TextFile;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of a project: its folders, and how a name on the command line becomes a file.
 *
 * @param root the project's root, the launcher's folder
 * @param working where the user is; paths on the command line begin there
 */
public record Workspace(Path root, Path working) {

    /** A file by its path, or by its bare name in a folder of the project, with or without its ending. */
    public Optional<Path> named(String written, String folder) {
        Path asPath = working.resolve(written);
        if (Files.isRegularFile(asPath)) return Optional.of(asPath);
        if (!written.contains("/")) {
            for (String name : List.of(written, written + ".yaml", written + ".yml")) {
                Path inFolder = root.resolve(folder).resolve(name);
                if (Files.isRegularFile(inFolder)) return Optional.of(inFolder);
            }
        }
        return Files.exists(asPath) ? Optional.of(asPath) : Optional.empty();
    }

    /** The YAML files of a folder of the project, by name. */
    public List<Path> yamlFiles(String folder) {
        return list(root.resolve(folder)).stream().filter(Files::isRegularFile)
                .filter(file -> file.toString().endsWith(".yaml")).toList();
    }

    public Optional<Yaml.Mapping> read(Path file, Place askedAt, Problems problems) {
        String shown = shown(file);
        return TextFile.read(file, shown, askedAt, problems).flatMap(text -> YamlReader.readMapping(text, shown, problems));
    }

    public Catalog catalog(Problems problems) {
        List<Component> components = new ArrayList<>();
        ComponentReader reader = new ComponentReader(problems);
        for (Path folder : list(root.resolve("components"))) {
            Path file = folder.resolve("component.yaml");
            if (!Files.isRegularFile(file)) continue;
            String name = folder.getFileName().toString();
            read(file, Place.of(shown(file)), problems)
                    .ifPresent(yaml -> components.add(reader.read(name, folder, yaml)));
        }
        return new Catalog(components);
    }

    /** A path as the user would write it: relative to where they are, else to the project, else whole. */
    public String shown(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        for (Path base : List.of(working, root)) {
            Path normal = base.toAbsolutePath().normalize();
            if (whole.startsWith(normal)) return normal.relativize(whole).toString();
        }
        return whole.toString();
    }

    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
