package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.LookSession;
import dev.datamill.session.Planning;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.Optional;

@Command(name = "open", description = "Forward the endpoints to ports of this machine, until Ctrl-C.",
        footer = {"", "Example:", "  datamill open minio -l -f flavours/datalake.yaml"})
final class OpenVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The component; all without it.")
    String name;

    OpenVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new LookSession(verbs.around(), verbs.images(), verbs.wiring()).open(common.flags(), Optional.ofNullable(name).map(Planning::componentName));
    }
}
