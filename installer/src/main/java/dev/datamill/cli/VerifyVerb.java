package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import dev.datamill.session.VerifySession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;

@Command(name = "verify", description = "Prove that what is installed works, with the checks of each component. Exit status 1 if one fails.",
        footer = {"", "Example:", "  datamill verify -l -f flavours/explorative.yaml -c minio"})
final class VerifyVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML too.")
    String junit;

    VerifyVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new VerifySession(verbs.around(), verbs.images(), verbs.wiring()).run(common.flags(), Optional.ofNullable(junit));
    }
}
