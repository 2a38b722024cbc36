package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import dev.datamill.target.Location;
import picocli.CommandLine.Option;

import java.util.Optional;

/** {@code -l} or {@code -r}. */
final class LocationOptions {

    @Option(names = {"-l", "--local"}, description = "On this machine.")
    boolean local;

    @Option(names = {"-r", "--remote"}, description = "On a remote cluster.")
    boolean remote;

    Optional<Location> location() throws Stop {
        if (local && remote) throw new Stop(ExitStatus.USAGE, "--local and --remote exclude each other", "keep one of them");
        return local ? Optional.of(Location.LOCAL) : remote ? Optional.of(Location.REMOTE) : Optional.empty();
    }
}
