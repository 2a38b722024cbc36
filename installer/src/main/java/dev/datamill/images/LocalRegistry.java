package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A registry server on this machine's loopback address: Debian's docker-registry, unpacked rather than installed, since its
 * package would start a service of its own on every address.
 */
public final class LocalRegistry {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);
    private static final String PROGRAM = "docker-registry";

    private final Processes processes;
    private final Programs programs;
    private final Path home;

    /** @param home DATAMILL_HOME/registry */
    LocalRegistry(Processes processes, Programs programs, Path home) {
        this.processes = processes;
        this.programs = programs;
        this.home = home;
    }

    public record Status(boolean running, String address, long bytes) {
    }

    /** Starts it, or finds it running; returns its address. */
    public String start(int port) throws ImageException, InterruptedException {
        try {
            if (process().isPresent()) return address();
            Files.createDirectories(home.resolve("data"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!free(port)) {
                throw new ImageException("port " + port + " of 127.0.0.1 is taken by another program", "choose another: datamill registry start --port " + (port + 1));
            }
            Path config = home.resolve("config.yml");
            Files.writeString(config, """
                    version: 0.1
                    log: {level: warn, accesslog: {disabled: true}}
                    storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                    http: {addr: "127.0.0.1:%d", headers: {X-Content-Type-Options: [nosniff]}}
                    """.formatted(home.resolve("data"), port));
            Files.writeString(home.resolve("address"), "127.0.0.1:" + port);
            Path log = home.resolve("log");
            long pid = processes.detached(Command.of(programs.unpacked(PROGRAM, "usr/bin/" + PROGRAM), "serve", config.toString()).in(home), log);
            Files.writeString(home.resolve("pid"), Long.toString(pid));
            long end = System.nanoTime() + ANSWERS_WITHIN.toNanos();
            while (!answers()) {
                if (process().isEmpty() || System.nanoTime() > end) {
                    stop();
                    throw new ImageException("the registry did not start: " + lastLine(log), "see " + log);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return address();
        } catch (IOException e) {
            throw Failure.of("start the registry", e);
        }
    }

    /** Stops it; false when it was not running. What was pushed stays. */
    public boolean stop() throws ImageException, InterruptedException {
        try {
            Optional<ProcessHandle> running = process();
            if (running.isPresent()) {
                running.get().destroy();
                try {
                    running.get().onExit().get(10, TimeUnit.SECONDS);
                } catch (TimeoutException | java.util.concurrent.ExecutionException slow) {
                    running.get().destroyForcibly();
                }
            }
            Files.deleteIfExists(home.resolve("pid"));
            return running.isPresent();
        } catch (IOException e) {
            throw Failure.of("stop the registry", e);
        }
    }

    public Status status() throws ImageException {
        try {
            boolean running = process().isPresent() && answers();
            return new Status(running, running ? address() : "", size(home.resolve("data")));
        } catch (IOException e) {
            throw Failure.of("look at the registry", e);
        }
    }

    /** The process of the pid file, if it still is the one that was started. */
    private Optional<ProcessHandle> process() throws IOException {
        Path file = home.resolve("pid");
        if (!Files.isRegularFile(file)) return Optional.empty();
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).filter(ProcessHandle::isAlive)
                    .filter(process -> process.info().command().map(command -> command.endsWith(PROGRAM)).orElse(false));
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private boolean answers() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + address() + "/v2/").toURL().openConnection();
        connection.setConnectTimeout(1000);
        connection.setReadTimeout(1000);
        try {
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        } finally {
            connection.disconnect();
        }
    }

    private String address() throws IOException {
        return Files.readString(home.resolve("address")).strip();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static long size(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return 0;
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static String lastLine(Path log) throws IOException {
        if (!Files.isReadable(log)) return "it said nothing";
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).reduce((before, last) -> last).orElse("it said nothing");
        }
    }
}
