package dev.datamill.session;

import dev.datamill.target.Location;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What was asked for on the command line, whichever form it was written in. */
public record Flags(
        Optional<Location> location,
        Optional<String> flavour,
        Optional<String> target,
        List<String> components,
        Optional<String> namespace,
        Optional<String> kubeconfig,
        Optional<String> context,
        boolean json,
        String progress,
        boolean dryRun,
        boolean yes,
        Optional<Duration> timeout,
        boolean verbose,
        boolean offline,
        boolean detailedExitCode) {

    public Flags {
        components = List.copyOf(components);
    }

    public Flags withFlavour(String name) {
        return new Flags(location, Optional.of(name), target, components, namespace, kubeconfig, context, json, progress, dryRun, yes, timeout,
                verbose, offline, detailedExitCode);
    }

    public Flags withComponents(List<String> names) {
        return new Flags(location, flavour, target, names, namespace, kubeconfig, context, json, progress, dryRun, yes, timeout,
                verbose, offline, detailedExitCode);
    }
}
