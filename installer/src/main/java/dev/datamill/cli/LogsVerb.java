package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.LookSession;
import dev.datamill.session.Planning;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Show the logs of a component's containers.",
        footer = {"", "Example:", "  datamill logs minio -l -f flavours/datalake.yaml --follow"})
final class LogsVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME", description = "The component.")
    String name;

    @Option(names = "--lines", paramLabel = "N", description = "How many of the last lines of each container.")
    int lines = 100;

    @Option(names = "--follow", description = "Go on with new lines until Ctrl-C.")
    boolean follow;

    LogsVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new LookSession(verbs.around(), verbs.images(), verbs.wiring()).logs(common.flags(), Planning.componentName(name), lines, follow);
    }
}
