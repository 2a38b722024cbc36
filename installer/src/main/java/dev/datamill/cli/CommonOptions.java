package dev.datamill.cli;

import dev.datamill.config.Durations;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.Flags;
import dev.datamill.session.Stop;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What every verb that deals with a platform understands. */
final class CommonOptions {

    @Mixin
    LocationOptions where = new LocationOptions();

    @Option(names = {"-f", "--flavour"}, paramLabel = "FILE", description = "The flavour: a file, or the name of one in flavours/.")
    String flavour;

    @Option(names = {"-t", "--target"}, paramLabel = "FILE", description = "The target: a file, or the name of one in k8s/.")
    String target;

    @Option(names = {"-c", "--component"}, paramLabel = "NAME", description = "Only this component; may be repeated.")
    List<String> components = List.of();

    @Option(names = "--namespace", paramLabel = "NAME", description = "The namespace, instead of the flavour's.")
    String namespace;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Reach the cluster with this kubeconfig; needs --context.")
    String kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "The context in the kubeconfig.")
    String context;

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", description = "text or json; data goes to standard output.")
    String output = "text";

    @Option(names = "--progress", paramLabel = "FORM", description = "auto, live, plain or json; always on standard error.")
    String progress = "auto";

    @Option(names = "--dry-run", description = "Only show the plan.")
    boolean dryRun;

    @Option(names = {"-y", "--yes"}, description = "Answer every question with yes.")
    boolean yes;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "How long a component may take to be ready, such as 10m.")
    String timeout;

    @Option(names = "--verbose", description = "Show more, such as where each value was written.")
    boolean verbose;

    @Option(names = "--no-color", description = "No colours (as with NO_COLOR).")
    boolean noColor;

    Flags flags() throws Stop {
        return flags(false, false);
    }

    Flags flags(boolean offline, boolean detailedExitCode) throws Stop {
        oneOf("--output", output, Set.of("text", "json"));
        oneOf("--progress", progress, Set.of("auto", "live", "plain", "json"));
        if (kubeconfig != null && context == null) {
            throw new Stop(ExitStatus.USAGE, "--kubeconfig needs --context: a cluster is named, never assumed", "add --context NAME");
        }
        return new Flags(where.location(), Optional.ofNullable(flavour), Optional.ofNullable(target), components,
                Optional.ofNullable(namespace), Optional.ofNullable(kubeconfig), Optional.ofNullable(context), output.equals("json"), progress,
                dryRun, yes, duration(), verbose, offline, detailedExitCode);
    }

    private Optional<Duration> duration() throws Stop {
        if (timeout == null) return Optional.empty();
        Optional<Duration> parsed = Durations.parse(timeout).filter(time -> !time.isZero());
        if (parsed.isEmpty()) throw new Stop(ExitStatus.USAGE, "--timeout '" + timeout + "' is no duration", "write 90s, 10m or 1h30m");
        return parsed;
    }

    static void oneOf(String option, String value, Set<String> choices) throws Stop {
        if (!choices.contains(value)) {
            throw new Stop(ExitStatus.USAGE, option + " cannot be '" + value + "'",
                    dev.datamill.config.Problems.suggest(value, choices));
        }
    }
}
