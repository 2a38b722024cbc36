package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.ListSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Set;

@Command(name = "list", description = "List the components, flavours or targets of this project.",
        footer = {"", "Example:", "  datamill list components"})
final class ListVerb extends Verb {

    @Parameters(paramLabel = "components|flavours|targets", description = "What to list.", arity = "0..1")
    String what = "";

    @Option(names = {"-o", "--output"}, paramLabel = "FORM", description = "text or json.")
    String output = "text";

    ListVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop {
        CommonOptions.oneOf("--output", output, Set.of("text", "json"));
        ListSession session = new ListSession(verbs.around());
        boolean json = output.equals("json");
        Set<String> lists = Set.of("components", "flavours", "targets");
        return switch (what) {
            case "components" -> session.components(json);
            case "flavours" -> session.flavours(json);
            case "targets" -> session.targets(json);
            default -> throw new Stop(ExitStatus.USAGE, what.isEmpty() ? "list what?" : "there is no list of '" + what + "'",
                    dev.datamill.config.Problems.suggest(what, lists));
        };
    }
}
