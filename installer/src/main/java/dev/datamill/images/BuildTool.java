package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** buildah, podman or docker: three programs with nearly one command line. */
final class BuildTool implements Builder {

    enum Kind { BUILDAH, PODMAN, DOCKER }

    private static final Duration REGISTRY_ANSWERS_WITHIN = Duration.ofSeconds(20);
    private static final Pattern SIZE = Pattern.compile("([\\d.]+) ?([kKMG]?)i?B");

    private final Kind kind;
    private final Processes processes;
    private final Map<String, String> env;
    private final List<String> program;

    /** @param storage where buildah and podman keep what they build; @param runtime their short-lived state */
    BuildTool(Kind kind, Processes processes, Map<String, String> env, Path storage, Path runtime) {
        this.kind = kind;
        this.processes = processes;
        this.env = Map.copyOf(env);
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        this.program = kind == Kind.DOCKER ? List.of(name) : List.of(name, "--root", storage.toString(), "--runroot", runtime.toString());
    }

    /** The first of these programs that works here. */
    static Optional<Builder> find(Processes processes, Map<String, String> env, Path storage, Path runtime) throws InterruptedException {
        if (processes.find("buildah").isPresent()) return Optional.of(new BuildTool(Kind.BUILDAH, processes, env, storage, runtime));
        if (processes.find("podman").isPresent()) return Optional.of(new BuildTool(Kind.PODMAN, processes, env, storage, runtime));
        if (processes.find("docker").isEmpty()) return Optional.empty();
        try {
            // The program may be there without a daemon to do the work.
            boolean alive = processes.run(Command.of("docker", "info", "--format", "{{.ServerVersion}}").within(Duration.ofSeconds(5))).ok();
            return alive ? Optional.of(new BuildTool(Kind.DOCKER, processes, env, storage, runtime)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String shown() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public boolean has(String reference) throws ImageException, InterruptedException {
        Processes.Result found = run(command("images", "--quiet", reference), line -> {
        });
        return found.ok() && !found.out().isBlank();
    }

    @Override
    public void build(Build build, Consumer<String> line) throws ImageException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("build", "--no-cache", "--force-rm", "--tag", build.reference(),
                "--file", build.context().resolve("Containerfile").toString(), "--build-context", "machine=" + build.machine()));
        // One time for all files: the same content then gives the same layers, whenever it is built.
        if (kind == Kind.DOCKER) words.addAll(List.of("--progress", "plain", "--provenance=false", "--build-arg", "SOURCE_DATE_EPOCH=0"));
        else words.addAll(List.of("--timestamp", "0", "--format", "oci"));
        for (String proxy : List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")) {
            // Named without its value: it is taken from the environment, where no other user can read it.
            if (env.containsKey(proxy)) words.addAll(List.of("--build-arg", proxy));
        }
        new TreeMap<>(build.arguments()).forEach((name, value) -> words.addAll(List.of("--build-arg", name + "=" + value)));
        new TreeMap<>(build.labels()).forEach((name, value) -> words.addAll(List.of("--label", name + "=" + value)));
        words.add(build.context().toString());
        must("build " + build.reference(), command(words.toArray(String[]::new)), line);
    }

    @Override
    public boolean pull(String reference) throws ImageException, InterruptedException {
        return run(command("pull", "--quiet", reference).within(REGISTRY_ANSWERS_WITHIN), line -> {
        }).ok();
    }

    @Override
    public String export(String reference, OciLayout layout, Path work) throws ImageException, InterruptedException {
        try {
            if (kind == Kind.BUILDAH) {
                Files.createDirectories(layout.folder());
                // The layout's index is one file: writers take turns.
                synchronized (BuildTool.class) {
                    must("keep " + reference, command("push", "--quiet", reference, "oci:" + layout.folder() + ":" + reference), line -> {
                    });
                    return layout.digestOf(reference);
                }
            }
            Path archive = work.resolve("export.tar");
            List<String> words = new ArrayList<>(List.of("save", "--output", archive.toString()));
            if (kind == Kind.PODMAN) words.addAll(List.of("--format", "oci-archive"));
            words.add(reference);
            must("keep " + reference, command(words.toArray(String[]::new)), line -> {
            });
            try {
                return layout.addArchive(archive, reference);
            } finally {
                Files.deleteIfExists(archive);
            }
        } catch (IOException e) {
            throw Failure.of("keep " + reference, e);
        }
    }

    @Override
    public void restore(String reference, String digest, OciLayout layout, Path work) throws ImageException, InterruptedException {
        Path archive = work.resolve("restore.tar");
        try {
            if (kind == Kind.BUILDAH) {
                Path view = layout.view(layout.image(digest), reference, work.resolve("restore"));
                String id = must("take up " + reference, command("pull", "--quiet", "oci:" + view), line -> {
                }).out().strip();
                must("name " + reference, command("tag", id, reference), line -> {
                });
                return;
            }
            layout.writeArchive(layout.image(digest), reference, archive);
            must("take up " + reference, command("load", "--quiet", "--input", archive.toString()), line -> {
            });
        } catch (IOException e) {
            throw Failure.of("take up " + reference, e);
        } finally {
            try {
                Files.deleteIfExists(archive);
            } catch (IOException leftBehind) {
                // The next run clears the work folder.
            }
        }
    }

    @Override
    public long size(String reference) throws ImageException, InterruptedException {
        String said = must("measure " + reference, command("images", "--format", "{{.Size}}", reference), line -> {
        }).out().strip();
        Matcher size = SIZE.matcher(said);
        if (!size.lookingAt()) throw new ImageException(shown() + " gives '" + said + "' as the size of " + reference, "report this, with the version of " + shown());
        double unit = switch (size.group(2).toUpperCase(java.util.Locale.ROOT)) {
            case "K" -> 1e3;
            case "M" -> 1e6;
            case "G" -> 1e9;
            default -> 1;
        };
        return Math.round(Double.parseDouble(size.group(1)) * unit);
    }

    @Override
    public void tidy() throws ImageException, InterruptedException {
        if (kind == Kind.BUILDAH) run(command("rm", "--all"), line -> {
        });
    }

    private Command command(String... words) {
        List<String> argv = new ArrayList<>(program);
        argv.addAll(List.of(words));
        Command command = Command.of(argv);
        if (kind == Kind.DOCKER) return command.env("DOCKER_BUILDKIT", "1");
        // chroot asks for no container runtime and works where namespaces are not to be had.
        if (!env.containsKey("BUILDAH_ISOLATION")) command = command.env("BUILDAH_ISOLATION", "chroot");
        return env.containsKey("STORAGE_DRIVER") ? command : command.env("STORAGE_DRIVER", "overlay");
    }

    private Processes.Result must(String what, Command command, Consumer<String> line) throws ImageException, InterruptedException {
        Processes.Result result = run(command, line);
        if (!result.ok()) throw Failure.of(what, command, result);
        return result;
    }

    private Processes.Result run(Command command, Consumer<String> line) throws ImageException, InterruptedException {
        try {
            return processes.run(command, line);
        } catch (IOException e) {
            throw new ImageException(shown() + " cannot be started: " + e.getMessage(), "try: " + command.pasteable(), e);
        }
    }
}
