package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.LookSession;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Show how each component is; exit 0 when all is ready.",
        footer = {"", "Example:", "  datamill status -l -f flavours/explorative.yaml"})
final class StatusVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    StatusVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop, InterruptedException {
        return new LookSession(verbs.around(), verbs.images(), verbs.wiring()).status(common.flags());
    }
}
