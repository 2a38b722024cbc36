package dev.datamill.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The real programs of this machine. */
public final class SystemProcesses implements Processes {

    private final Map<String, String> environment;

    public SystemProcesses(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Result run(Command command, Consumer<String> line) throws IOException, InterruptedException {
        ProcessBuilder builder = builder(command);
        if (command.input().isEmpty()) builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process process = builder.start();
        try {
            StringBuffer out = new StringBuffer();
            StringBuffer err = new StringBuffer();
            Thread outReader = reader(process.getInputStream(), out, line);
            Thread errReader = reader(process.getErrorStream(), err, line);
            if (command.input().isPresent()) {
                try (var stdin = process.getOutputStream()) {
                    stdin.write(command.input().get().getBytes(StandardCharsets.UTF_8));
                } catch (IOException gone) {
                    // A program that ends without reading its input says why by its status.
                }
            }
            boolean ended = true;
            if (command.timeout().isPresent()) {
                ended = process.waitFor(command.timeout().get().toMillis(), TimeUnit.MILLISECONDS);
            } else {
                process.waitFor();
            }
            if (!ended) end(process);
            outReader.join();
            errReader.join();
            return new Result(ended ? process.exitValue() : -1, out.toString(), err.toString());
        } catch (InterruptedException e) {
            end(process);
            throw e;
        }
    }

    @Override
    public int attached(Command command) throws IOException, InterruptedException {
        Process process = builder(command).inheritIO().start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            end(process);
            throw e;
        }
    }

    @Override
    public long detached(Command command, Path output) throws IOException {
        Files.createDirectories(output.toAbsolutePath().getParent());
        // A session of its own: Ctrl-C in this terminal is not for it.
        return builder(command.before("setsid"))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start().pid();
    }

    @Override
    public Optional<Path> find(String program) {
        return Stream.of(environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private ProcessBuilder builder(Command command) {
        List<String> argv = new ArrayList<>(command.argv());
        // Java would look along the PATH of this process, which is not always the one that the program is given.
        if (!argv.get(0).contains("/")) find(argv.get(0)).ifPresent(file -> argv.set(0, file.toString()));
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(command.env());
        command.folder().ifPresent(folder -> builder.directory(folder.toFile()));
        return builder;
    }

    private static Thread reader(InputStream stream, StringBuffer kept, Consumer<String> line) {
        Thread thread = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                    kept.append(text).append('\n');
                    line.accept(text);
                }
            } catch (IOException closed) {
                // The program was ended; what it said until then is kept.
            }
        }, "output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException again) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
