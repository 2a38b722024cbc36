package dev.datamill.cluster;

import dev.datamill.config.Problems;
import dev.datamill.config.Yaml;
import dev.datamill.config.YamlReader;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program of this machine that makes clusters. It is asked in the C locale, and only its exit status and its
 * machine-readable output count; its words are passed on, never understood.
 */
final class LocalTool {

    private static final Duration QUESTION = Duration.ofMinutes(1);

    private final String program;
    private final Map<String, String> env;
    private final Processes processes;

    LocalTool(String program, Map<String, String> env, Processes processes) {
        Map<String, String> plain = new LinkedHashMap<>(env);
        plain.put("LC_ALL", "C");
        plain.put("LANG", "C");
        plain.put("LANGUAGE", "C");
        this.program = program;
        this.env = plain;
        this.processes = processes;
    }

    boolean installed() {
        return processes.find(program).isPresent();
    }

    Command command(List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of(program));
        argv.addAll(arguments);
        return Command.of(argv);
    }

    /** A question, which has a minute to be answered. */
    Processes.Result ask(String... arguments) throws ClusterException, InterruptedException {
        return run(command(Arrays.asList(arguments)).within(QUESTION), line -> {
        });
    }

    Processes.Result run(Command command, Consumer<String> line) throws ClusterException, InterruptedException {
        Command plain = command;
        for (Map.Entry<String, String> entry : env.entrySet()) plain = plain.env(entry.getKey(), entry.getValue());
        try {
            Processes.Result result = processes.run(plain, line);
            if (result.status() == -1) throw new ClusterException("'" + command.pasteable() + "' gave no answer in time", "run it yourself to see what it waits for");
            return result;
        } catch (IOException e) {
            throw new ClusterException("cannot run '" + command.pasteable() + "': " + e.getMessage(), "see that " + program + " is installed", e);
        }
    }

    /** JSON is YAML too; empty for what is neither. */
    static Optional<Yaml> parsed(String output) {
        return YamlReader.readAll(output, "the answer", new Problems()).filter(all -> all.size() == 1).map(all -> all.get(0));
    }

    static String text(Yaml from, String... path) {
        Yaml at = from;
        for (String key : path) {
            if (!(at instanceof Yaml.Mapping map) || map.get(key).isEmpty()) return "";
            at = map.get(key).get();
        }
        return at instanceof Yaml.Scalar scalar ? scalar.text() : "";
    }

    /** Whether version 1.32.0 or v1.32.0-beta is at least 1.30. */
    static boolean atLeast(String version, String least) {
        int[] have = numbers(version);
        int[] want = numbers(least);
        return Arrays.compare(have, want) >= 0;
    }

    private static int[] numbers(String version) {
        String[] parts = version.replaceFirst("^v", "").replaceFirst("[^0-9.].*$", "").split("\\.");
        int[] numbers = new int[2];
        for (int i = 0; i < Math.min(2, parts.length); i++) numbers[i] = parts[i].isEmpty() ? 0 : Integer.parseInt(parts[i]);
        return numbers;
    }
}
