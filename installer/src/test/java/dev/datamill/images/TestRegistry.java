package dev.datamill.images;

import dev.datamill.config.Problems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A registry folder that a test writes as it likes. */
record TestRegistry(Path root) {

    static TestRegistry in(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("build"));
        Files.writeString(folder.resolve("build/apt-install"), "#!/bin/sh\n");
        return new TestRegistry(folder);
    }

    /** @param more further lines of image.yaml */
    TestRegistry image(String name, String from, String... more) throws IOException {
        file(name, "Containerfile", "ARG FROM\nFROM ${FROM}\n");
        return file(name, "image.yaml", "name: %s\nversion: \"1\"\nsummary: %s\nfrom: %s\nbudget: 20MB\n%s\n".formatted(name, name, from, String.join("\n", more)));
    }

    TestRegistry file(String image, String path, String text) throws IOException {
        Path file = root.resolve("images").resolve(image).resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    Problems problems() {
        Problems problems = new Problems();
        ImageCatalog.read(root, problems);
        return problems;
    }

    ImageCatalog catalog() {
        Problems problems = new Problems();
        ImageCatalog catalog = ImageCatalog.read(root, problems);
        if (!problems.isEmpty()) throw new AssertionError(problems.all().toString());
        return catalog;
    }

    String reference(String name) {
        return catalog().reference(name).orElseThrow();
    }
}
