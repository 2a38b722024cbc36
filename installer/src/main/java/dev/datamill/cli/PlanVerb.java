package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.PlanSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "plan", description = "Show what install would do: components, order, values, and where each value comes from.",
        footer = {"", "Example:", "  datamill plan -l -f flavours/explorative.yaml --verbose"})
final class PlanVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--offline", description = "Do not compare with what is in the cluster.")
    boolean offline;

    @Option(names = "--detailed-exitcode", description = "Exit with 10 when there are changes, with 3 when no cluster answers.")
    boolean detailedExitCode;

    PlanVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop {
        return new PlanSession(verbs.around(), verbs.images(), verbs.comparison()).run(common.flags(offline, detailedExitCode));
    }
}
