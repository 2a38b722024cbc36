package dev.datamill.cli;

import dev.datamill.config.Json;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

@Command(name = "version", description = "Show the version of Data-Mill and of the Java it runs on.",
        footer = {"", "Example:", "  datamill version -o json"})
final class VersionVerb extends Verb {

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", description = "text or json.")
    String output = "text";

    VersionVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop {
        CommonOptions.oneOf("--output", output, Set.of("text", "json"));
        String java = System.getProperty("java.version");
        String version = verbs.around().version();
        verbs.around().console().out().print(output.equals("json")
                ? Json.pretty(new TreeMap<>(Map.of("version", version, "java", java)))
                : "datamill " + version + " (Java " + java + ")\n");
        return ExitStatus.DONE;
    }
}
