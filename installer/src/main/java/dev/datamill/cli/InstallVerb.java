package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.InstallSession;
import dev.datamill.session.PlanSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "install", description = "Install a flavour, or bring what is there to what the flavour says. Running it twice changes nothing.",
        footer = {"", "Example:", "  datamill install -l -f flavours/explorative.yaml"})
final class InstallVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--rollback-on-failure", description = "Take back what this run changed if a component fails.")
    boolean rollback;

    @Option(names = "--overwrite", description = "Replace objects that were changed in the lake.")
    boolean overwrite;

    @Option(names = "--verify", description = "Prove afterwards that it works, with the checks of each component.")
    boolean verify;

    InstallVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        if (common.dryRun) return new PlanSession(verbs.around(), verbs.images(), verbs.comparison()).run(common.flags());
        return new InstallSession(verbs.around(), verbs.images(), verbs.wiring())
                .run(common.flags(), new InstallSession.Wishes(false, rollback, overwrite, false, verify));
    }
}
