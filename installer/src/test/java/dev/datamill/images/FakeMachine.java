package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A machine whose buildah, pip and maven do in a moment what the real ones leave behind. A program nobody scripted is a failure. */
final class FakeMachine implements Processes {

    final List<Command> asked = new CopyOnWriteArrayList<>();
    final Set<String> programs = Collections.synchronizedSet(new TreeSet<>(Set.of("buildah", "python3", "mvn", "mmdebstrap")));
    private final Set<String> images = Collections.synchronizedSet(new TreeSet<>());
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final StringBuilder index = new StringBuilder();

    private record Rule(Predicate<String> when, Function<Command, Result> then) {
    }

    /** From now on a command whose line contains this text ends so. */
    FakeMachine when(String part, Function<Command, Result> then) {
        rules.add(0, new Rule(line -> line.contains(part), then));
        return this;
    }

    FakeMachine fails(String part, String said) {
        return when(part, command -> new Result(1, "", said));
    }

    void forgive() {
        rules.clear();
    }

    List<String> lines(String part) {
        return asked.stream().map(Command::pasteable).filter(line -> line.contains(part)).toList();
    }

    @Override
    public Result run(Command command, Consumer<String> line) throws IOException, InterruptedException {
        asked.add(command);
        String whole = String.join(" ", command.argv());
        for (Rule rule : rules) if (rule.when.test(whole)) return rule.then.apply(command);
        return switch (command.argv().get(0)) {
            case "buildah" -> buildah(command.argv().subList(5, command.argv().size()), line);
            case "python3" -> python(command.argv());
            case "mvn" -> maven(command.argv());
            case "mmdebstrap", "apt-get", "apt-config" -> new Result(0, "", "");
            default -> throw new AssertionError("nobody expects " + whole);
        };
    }

    private Result buildah(List<String> words, Consumer<String> line) throws IOException {
        String reference = words.get(words.size() - 1);
        switch (words.get(0)) {
            case "images" -> {
                if (words.contains("--format")) return new Result(0, "12.3 MB\n", "");
                return images.contains(reference) ? new Result(0, "id\n", "") : new Result(125, "", "no such image");
            }
            case "build" -> {
                String tag = words.get(words.indexOf("--tag") + 1);
                line.accept("STEP 1/1: FROM something");
                images.add(tag);
                return new Result(0, "", "");
            }
            case "push" -> {
                String image = words.get(2);
                Path layout = Path.of(words.get(3).substring(4, words.get(3).length() - image.length() - 1));
                return new Result(0, push(image, layout), "");
            }
            case "pull" -> {
                return reference.startsWith("docker.io/") ? new Result(125, "", "no registry here") : new Result(0, "id\n", "");
            }
            case "tag" -> {
                images.add(reference);
                return new Result(0, "", "");
            }
            case "rm" -> {
                return new Result(0, "", "");
            }
            default -> throw new AssertionError("nobody expects buildah " + words);
        }
    }

    private synchronized String push(String image, Path layout) throws IOException {
        String config = blob(layout, "{\"os\":\"linux\",\"name\":\"" + image + "\"}");
        String layer = blob(layout, "layer of " + image + "\0".repeat(512));
        String manifest = blob(layout, ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":\"c\",\"digest\":\"%s\",\"size\":1},"
                + "\"layers\":[{\"mediaType\":\"l\",\"digest\":\"%s\",\"size\":1}]}").formatted(config, layer));
        if (!index.isEmpty()) index.append(',');
        index.append("{\"digest\":\"%s\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}".formatted(manifest, image));
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + index + "]}");
        return "";
    }

    static String blob(Path layout, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String digest = HexFormat.of().formatHex(ContentKey.sha256().digest(bytes));
        Path folder = Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.write(folder.resolve(digest), bytes);
        return "sha256:" + digest;
    }

    private static Result python(List<String> words) throws IOException {
        if (words.contains("--dest")) Files.writeString(Path.of(words.get(words.indexOf("--dest") + 1), "thing-1.0-py3-none-any.whl"), "wheel");
        return new Result(0, "", "");
    }

    private static Result maven(List<String> words) throws IOException {
        String out = words.stream().filter(word -> word.startsWith("-DoutputDirectory=")).findFirst().orElseThrow().substring(18);
        Files.writeString(Path.of(out, "thing-1.0.jar"), "jar");
        return new Result(0, "", "");
    }

    @Override
    public int attached(Command command) {
        throw new AssertionError("nobody expects a terminal");
    }

    @Override
    public long detached(Command command, Path output) {
        throw new AssertionError("nobody expects " + new ArrayList<>(command.argv()));
    }

    @Override
    public Optional<Path> find(String program) {
        return programs.contains(program) ? Optional.of(Path.of("/usr/bin", program)) : Optional.empty();
    }
}
