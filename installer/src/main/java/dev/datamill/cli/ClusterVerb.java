package dev.datamill.cli;

import dev.datamill.session.ClusterSession;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verbs that manage a cluster and nothing in it. */
abstract class ClusterVerb extends Verb {

    @Mixin
    CommonOptions common = new CommonOptions();

    ClusterVerb(Verbs verbs) {
        super(verbs);
    }

    ClusterSession session() {
        return new ClusterSession(verbs.around(), verbs.wiring());
    }

    @Command(name = "start", description = "Start the target's cluster, and nothing in it.",
            footer = {"", "Example:", "  datamill start -l -t embedded"})
    static final class Start extends ClusterVerb {
        Start(Verbs verbs) {
            super(verbs);
        }

        @Override
        ExitStatus run() throws Stop, InterruptedException {
            return session().start(common.flags());
        }
    }

    @Command(name = "halt", description = "Halt the target's cluster; its volumes stay.",
            footer = {"", "Example:", "  datamill halt -l"})
    static final class Halt extends ClusterVerb {
        Halt(Verbs verbs) {
            super(verbs);
        }

        @Override
        ExitStatus run() throws Stop, InterruptedException {
            return session().halt(common.flags());
        }
    }

    @Command(name = "destroy", description = "Destroy the target's cluster with all its volumes; asks first.",
            footer = {"", "Example:", "  datamill destroy -l"})
    static final class Destroy extends ClusterVerb {
        Destroy(Verbs verbs) {
            super(verbs);
        }

        @Override
        ExitStatus run() throws Stop, InterruptedException {
            return session().destroy(common.flags());
        }
    }

    @Command(name = "kubeconfig", description = "Print the path of the target's kubeconfig.",
            footer = {"", "Example:", "  kubectl --kubeconfig \"$(datamill kubeconfig -l)\" get pods -A"})
    static final class KubeconfigPath extends ClusterVerb {

        @Option(names = "--merge", description = "Also add it to your own kubeconfig; your current context stays.")
        boolean merge;

        KubeconfigPath(Verbs verbs) {
            super(verbs);
        }

        @Override
        ExitStatus run() throws Stop, InterruptedException {
            return session().kubeconfig(common.flags(), merge);
        }
    }
}
