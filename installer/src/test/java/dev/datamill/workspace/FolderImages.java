package dev.datamill.workspace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The own images of a test project: folders with a Containerfile. */
public record FolderImages(Path folder) implements ProjectSources.ImageCatalog {

    @Override
    public Optional<String> reference(String name) {
        return Files.isRegularFile(folder.resolve(name).resolve("Containerfile")) ? Optional.of("datamill.local/" + name) : Optional.empty();
    }

    @Override
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Path entry : Workspace.list(folder)) {
            if (Files.isRegularFile(entry.resolve("Containerfile"))) names.add(entry.getFileName().toString());
        }
        return names;
    }
}
