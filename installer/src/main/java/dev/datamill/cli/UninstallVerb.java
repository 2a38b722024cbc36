package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.UninstallSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "uninstall", description = "Remove a flavour. Volumes, buckets and credentials stay unless --delete-data.",
        footer = {"", "Example:", "  datamill uninstall -l -f flavours/explorative.yaml"})
final class UninstallVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(names = "--delete-data", description = "Remove volumes, buckets and credentials too.")
    boolean deleteData;

    @Option(names = "--with-dependents", description = "With -c: first remove what needs it.")
    boolean withDependents;

    UninstallVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new UninstallSession(verbs.around(), verbs.images(), verbs.wiring()).run(common.flags(), deleteData, withDependents);
    }
}
