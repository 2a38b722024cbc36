package dev.datamill.cli;

import dev.datamill.config.Problems;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.RegistrySession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Set;

@Command(name = "registry", description = "Run an image registry on this machine's loopback address.",
        footer = {"", "Example:", "  datamill registry start --port 5001"})
final class RegistryVerb extends Verb {

    @Parameters(paramLabel = "start|stop|status", description = "What to do.", arity = "0..1")
    String what = "";

    @Option(names = "--port", paramLabel = "PORT", description = "Where it listens (default ${DEFAULT-VALUE}).", defaultValue = "5000")
    int port;

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", description = "text or json, for status.")
    String output = "text";

    RegistryVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        CommonOptions.oneOf("--output", output, Set.of("text", "json"));
        if (port < 1024 || port > 65535) throw new Stop(ExitStatus.USAGE, "--port cannot be " + port, "give a number from 1024 to 65535");
        RegistrySession session = verbs.registrySession();
        return switch (what) {
            case "start" -> session.start(port);
            case "stop" -> session.stop();
            case "status" -> session.status(output.equals("json"));
            default -> throw new Stop(ExitStatus.USAGE, what.isEmpty() ? "registry, and then?" : "registry cannot '" + what + "'",
                    Problems.suggest(what, Set.of("start", "stop", "status")));
        };
    }
}
