package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.CommandLine.Command;

import java.util.concurrent.Callable;

/** A subcommand: turns its flags into a session and runs it. */
@Command(mixinStandardHelpOptions = false, sortOptions = false, usageHelpAutoWidth = true,
        synopsisHeading = "", descriptionHeading = "%n", optionListHeading = "%nOptions:%n", commandListHeading = "%nCommands:%n",
        parameterListHeading = "%n")
abstract class Verb implements Callable<Integer> {

    @picocli.CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    boolean help;

    protected final Verbs verbs;

    Verb(Verbs verbs) {
        this.verbs = verbs;
    }

    abstract ExitStatus run() throws Stop, Exception;

    @Override
    public final Integer call() throws Exception {
        return status();
    }

    /** What a verb that passes on the status of somebody else's program overrides. */
    int status() throws Exception {
        return run().code();
    }
}
