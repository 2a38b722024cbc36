package dev.datamill.cli;

import dev.datamill.config.Problems;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.ImagesSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Set;

@Command(name = "images", description = "List, build or push the platform's own images.",
        footer = {"", "Examples:", "  datamill images list", "  datamill images build minio", "  datamill images push --to registry.example.org"})
final class ImagesVerb extends Verb {

    @Parameters(index = "0", paramLabel = "list|build|push", description = "What to do.", arity = "0..1")
    String what = "";

    @Parameters(index = "1..*", paramLabel = "NAME", description = "Which images; all without a name.", arity = "0..*")
    List<String> names = List.of();

    @Option(names = "--to", paramLabel = "REGISTRY", description = "The registry to push to.")
    String to;

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", description = "text or json.")
    String output = "text";

    ImagesVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        CommonOptions.oneOf("--output", output, Set.of("text", "json"));
        Set<String> verbsOfImages = Set.of("list", "build", "push");
        if (!verbsOfImages.contains(what)) {
            throw new Stop(ExitStatus.USAGE, what.isEmpty() ? "images, and then?" : "images cannot '" + what + "'", Problems.suggest(what, verbsOfImages));
        }
        if (what.equals("push") && to == null) throw new Stop(ExitStatus.USAGE, "push to where?", "add --to REGISTRY");
        if (!what.equals("push") && to != null) throw new Stop(ExitStatus.USAGE, "--to belongs to push", "leave it out, or write: images push");
        ImagesSession session = verbs.imagesSession();
        return switch (what) {
            case "list" -> session.list(output.equals("json"));
            case "build" -> session.build(names, session.lines());
            default -> session.push(names, to, session.lines());
        };
    }
}
