package dev.datamill;

import dev.datamill.cli.Datamill;
import dev.datamill.cli.Verbs;
import dev.datamill.images.Images;
import dev.datamill.process.SystemProcesses;
import dev.datamill.session.Console;
import dev.datamill.session.ImagesSession;
import dev.datamill.session.PlanSession;
import dev.datamill.session.RegistrySession;
import dev.datamill.session.Surroundings;
import dev.datamill.workspace.FolderImages;
import dev.datamill.workspace.ProjectSources;
import dev.datamill.workspace.Workspace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A project in a folder of its own, and what the command line answers there. */
public record TestProject(Path root) {

    /** The checkout these tests belong to. */
    public static final Path CHECKOUT = Path.of("").toAbsolutePath().getFileName().toString().equals("installer")
            ? Path.of("").toAbsolutePath().getParent() : Path.of("").toAbsolutePath();

    /** @param defects what went wrong that is nobody's fault but ours; must stay empty */
    public record Answer(int status, String out, String err, List<Throwable> defects) {
    }

    public TestProject copy(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path to = root.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(to);
                else Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public TestProject file(String path, String text) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.writeString(root.resolve(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public Answer run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                null, false, false, 100);
        Surroundings around = new Surroundings(console, new Workspace(root, root), root.resolve("home"), Map.of(), "1.2.3");
        List<Throwable> defects = new ArrayList<>();
        int status = Datamill.run(args, verbs(around), defects::add);
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), defects);
    }

    private static Verbs verbs(Surroundings around) {
        return new Verbs() {
            @Override
            public dev.datamill.session.Wiring wiring() {
                throw new AssertionError("this command has no business with a cluster");
            }

            @Override
            public Surroundings around() {
                return around;
            }

            @Override
            public ProjectSources.ImageCatalog images() {
                return new FolderImages(around.workspace().root().resolve("registry/images"));
            }

            @Override
            public ImagesSession imagesSession() {
                return new ImagesSession(around, imageDoor(around));
            }

            @Override
            public RegistrySession registrySession() {
                return new RegistrySession(around, imageDoor(around).localRegistry(around.home().resolve("registry")));
            }

            @Override
            public PlanSession.Comparison comparison() {
                return (plan, flags) -> Optional.empty();
            }
        };
    }

    private static Images imageDoor(Surroundings around) {
        return new Images(around.workspace().root().resolve("registry"), around.home().resolve("images"),
                new SystemProcesses(Map.of()), Map.of(), InstantSource.fixed(Instant.EPOCH), false);
    }
}
