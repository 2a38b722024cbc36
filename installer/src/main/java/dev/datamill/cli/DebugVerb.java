package dev.datamill.cli;

import dev.datamill.session.DebugSession;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;

@Command(name = "debug", description = "A shell in a pod of the platform, with the usual tools; the pod is gone when you leave. "
        + "A command after -- is run there instead, and its exit status passed on.",
        footer = {"", "Example:", "  datamill debug -l -- psql -c 'select version()'"})
final class DebugVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "What to run, after --; else a shell.")
    List<String> command = List.of();

    private int status;

    DebugVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        status = new DebugSession(verbs.around(), verbs.images(), verbs.wiring()).run(common.flags(), command);
        return status == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    @Override
    int status() throws Stop, InterruptedException {
        run();
        return status;
    }
}
