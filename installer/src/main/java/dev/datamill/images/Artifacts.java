package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Prepares artifacts with the ordinary package clients, with the settings that they have on this machine. What was prepared
 * and checked is kept under a key of everything that pins it, and serves every image that asks for the same.
 */
final class Artifacts {

    /** Wheels for the images' Python, whatever Python prepares them. */
    private static final List<String> WHEELS_FOR = List.of("--python-version", "3.11", "--implementation", "cp",
            "--abi", "cp311", "--abi", "abi3", "--abi", "none");
    private static final List<Integer> GLIBC = List.of(5, 12, 17, 24, 26, 27, 28, 31, 34, 35, 36);
    private static final String UNFINISHED = "unfinished-";
    private static final String COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";

    private final Processes processes;
    private final Programs programs;
    private final Path cache;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    Artifacts(Processes processes, Programs programs, Path cache) {
        this.processes = processes;
        this.programs = programs;
        this.cache = cache;
    }

    /** The folder with the prepared artifact. */
    Path prepare(ImageSpec image, Artifact artifact, Consumer<String> line) throws ImageException, InterruptedException {
        String what = "prepare " + artifact.name() + " for " + image.name();
        try {
            String key = key(image, artifact);
            Path ready = cache.resolve(artifact.name() + "-" + key);
            synchronized (locks.computeIfAbsent(key, k -> new Object())) {
                if (Files.isDirectory(ready)) return ready;
                Files.createDirectories(cache);
                Path work = Files.createTempDirectory(cache, UNFINISHED);
                try {
                    Path out = Files.createDirectory(work.resolve("out"));
                    if (artifact instanceof Artifact.Go go) go(what, image, go, work, out, line);
                    else if (artifact instanceof Artifact.Maven maven) maven(what, image, maven, out, line);
                    else if (artifact instanceof Artifact.Pip pip) pip(what, image, pip, out, line);
                    else if (artifact instanceof Artifact.Npm npm) npm(what, image, npm, work, out, line);
                    Files.move(out, ready, StandardCopyOption.ATOMIC_MOVE);
                    return ready;
                } finally {
                    delete(work);
                }
            }
        } catch (IOException e) {
            throw Failure.of(what, e);
        }
    }

    /** Removes what a run that was killed had begun. Only while no other run prepares. */
    static void clear(Path cache) throws IOException {
        try (Stream<Path> kept = Files.list(cache)) {
            for (Path folder : kept.filter(path -> path.getFileName().toString().startsWith(UNFINISHED)).toList()) delete(folder);
        }
    }

    static String key(ImageSpec image, Artifact artifact) throws IOException {
        ContentKey key = new ContentKey().add("artifact 1").add(artifact.getClass().getSimpleName());
        if (artifact instanceof Artifact.Go go) key.add(go.pkg()).add(go.output()).add(go.ldflags()).add(new TreeMap<>(go.files()).toString());
        if (artifact instanceof Artifact.Pip pip) key.add(pip.sdist().toString());
        int number = 0;
        for (String input : artifact.inputs()) key.add(image.folder().resolve(input), "input" + number++);
        return key.key();
    }

    private void go(String what, ImageSpec image, Artifact.Go go, Path work, Path out, Consumer<String> line)
            throws ImageException, IOException, InterruptedException {
        Path module = work.resolve("module");
        copy(image.folder().resolve(go.module()), module);
        String program = programs.go();
        // -v: a line for each package, so that one sees it move.
        run(what, Command.of(program, "build", "-v", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", go.ldflags(),
                "-o", out.resolve(go.output()).toString(), go.pkg()).in(module).env("CGO_ENABLED", "0").env("GOFLAGS", ""), line);
        if (go.files().isEmpty()) return;
        Path source = Path.of(run(what, Command.of(program, "list", "-f", "{{.Module.Dir}}", go.pkg()).in(module).env("GOFLAGS", "-mod=readonly"),
                line).out().strip());
        for (Map.Entry<String, String> file : go.files().entrySet()) copy(source.resolve(file.getValue()), out.resolve(file.getKey()));
    }

    private void maven(String what, ImageSpec image, Artifact.Maven maven, Path out, Consumer<String> line)
            throws ImageException, IOException, InterruptedException {
        run(what, Command.of(programs.need("mvn"), "-B", "-ntp", "-q", "-f", image.folder().resolve(maven.pom()).toString(), COPY_JARS,
                "-DoutputDirectory=" + out, "-DincludeScope=runtime"), line);
        Map<String, String> expected = new TreeMap<>();
        for (String entry : Files.readAllLines(image.folder().resolve(maven.checksums()))) {
            String[] parts = entry.strip().split("\\s+\\*?", 2);
            if (parts.length == 2) expected.put(parts[1], parts[0]);
        }
        check(what, out, expected);
    }

    /** Every file has the checksum that is written down, and every one that is written down is there. */
    static void check(String what, Path folder, Map<String, String> expected) throws ImageException, IOException {
        List<String> wrong = new ArrayList<>();
        Map<String, String> missing = new TreeMap<>(expected);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                String wanted = missing.remove(name);
                String found = sha256(file);
                if (wanted == null) wrong.add(name + " is not in the list");
                else if (!wanted.equalsIgnoreCase(found)) wrong.add(name + " has the checksum " + found + ", the list says " + wanted);
            }
        }
        missing.keySet().forEach(name -> wrong.add(name + " did not come"));
        if (!wrong.isEmpty()) {
            throw new ImageException("could not " + what + ": " + String.join("; ", wrong),
                    "fetch again; if it stays, what is published now is not what was pinned: compare, then correct the list");
        }
    }

    private void pip(String what, ImageSpec image, Artifact.Pip pip, Path out, Consumer<String> line)
            throws ImageException, IOException, InterruptedException {
        List<String> words = new ArrayList<>(programs.pip());
        words.addAll(List.of("download", "--progress-bar", "off", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary=:all:"));
        pip.sdist().forEach(name -> words.add("--no-binary=" + name));
        words.addAll(WHEELS_FOR);
        for (int minor : GLIBC) words.addAll(List.of("--platform", "manylinux_2_" + minor + "_x86_64"));
        for (String old : List.of("manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64", "any")) words.addAll(List.of("--platform", old));
        words.addAll(List.of("--dest", out.toString(), "--requirement", image.folder().resolve(pip.requirements()).toString()));
        run(what, Command.of(words), line);
    }

    private void npm(String what, ImageSpec image, Artifact.Npm npm, Path work, Path out, Consumer<String> line)
            throws ImageException, IOException, InterruptedException {
        Path module = Files.createDirectory(work.resolve("module"));
        Files.copy(image.folder().resolve(npm.manifest()), module.resolve("package.json"));
        Files.copy(image.folder().resolve(npm.lock()), module.resolve("package-lock.json"));
        run(what, Command.of(programs.npm(), "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund").in(module), line);
        Files.move(module.resolve("node_modules"), out.resolve("node_modules"));
    }

    private Processes.Result run(String what, Command command, Consumer<String> line) throws ImageException, IOException, InterruptedException {
        Processes.Result result = processes.run(command, line);
        if (!result.ok()) throw Failure.of(what, command, result);
        return result;
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = ContentKey.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Copies what a folder holds, following links. */
    static void copy(Path from, Path to) throws IOException {
        walk(from, to, (source, target) -> Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING));
    }

    /** The same files a second time without their bytes a second time, where the file system can do that. */
    static void link(Path from, Path to) throws IOException {
        walk(from, to, (source, target) -> {
            if (Files.isSymbolicLink(source)) {
                Files.copy(source, target, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                return;
            }
            try {
                Files.createLink(target, source);
            } catch (IOException | UnsupportedOperationException otherFileSystem) {
                Files.copy(source, target);
            }
        });
    }

    private interface Transfer {
        void file(Path source, Path target) throws IOException;
    }

    private static void walk(Path from, Path to, Transfer transfer) throws IOException {
        try (Stream<Path> files = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path source : files.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) Files.createDirectories(target);
                else transfer.file(source, target);
            }
        }
        // What a package client made read-only would stay for ever.
        to.toFile().setWritable(true);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
