package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.LookSession;
import dev.datamill.session.Planning;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "why", description = "Say why a component is not ready, with the evidence and one piece of advice.",
        footer = {"", "Example:", "  datamill why minio -l -f flavours/datalake.yaml"})
final class WhyVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME", description = "The component.")
    String name;

    WhyVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new LookSession(verbs.around(), verbs.images(), verbs.wiring()).why(common.flags(), Planning.componentName(name));
    }
}
