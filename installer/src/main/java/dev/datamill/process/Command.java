package dev.datamill.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run. Secrets go in by {@code input} or {@code env}, never in {@code argv}, which every user of the
 * machine can read.
 */
public record Command(List<String> argv, Map<String, String> env, Optional<Path> folder, Optional<String> input,
                      Optional<Duration> timeout) {

    public Command {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Command in(Path directory) {
        return new Command(argv, env, Optional.of(directory), input, timeout);
    }

    public Command env(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(env);
        more.put(name, value);
        return new Command(argv, more, folder, input, timeout);
    }

    public Command input(String text) {
        return new Command(argv, env, folder, Optional.of(text), timeout);
    }

    public Command within(Duration time) {
        return new Command(argv, env, folder, input, Optional.of(time));
    }

    public Command before(String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(argv);
        return new Command(all, env, folder, input, timeout);
    }

    /** A line that a person can paste into a shell to do the same. */
    public String pasteable() {
        StringBuilder line = new StringBuilder();
        for (String arg : argv) {
            if (!line.isEmpty()) line.append(' ');
            line.append(arg.matches("[A-Za-z0-9_./:=@%+,-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }
}
