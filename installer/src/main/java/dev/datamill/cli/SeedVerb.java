package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.SeedSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "seed", description = "Bring the data folder into the lake that runs, and make the buckets. What others changed there stays.",
        footer = {"", "Example:", "  datamill seed -l -f flavours/explorative.yaml"})
final class SeedVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--overwrite", description = "Replace objects that were changed in the lake.")
    boolean overwrite;

    SeedVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new SeedSession(verbs.around(), verbs.images(), verbs.wiring()).run(common.flags(), overwrite);
    }
}
