package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.LookSession;
import dev.datamill.session.Planning;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.Optional;

@Command(name = "credentials", description = "Show what a person logs in with.",
        footer = {"", "Example:", "  datamill credentials minio -l -f flavours/datalake.yaml"})
final class CredentialsVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The component; all without it.")
    String name;

    CredentialsVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new LookSession(verbs.around(), verbs.images(), verbs.wiring()).credentials(common.flags(), Optional.ofNullable(name).map(Planning::componentName));
    }
}
