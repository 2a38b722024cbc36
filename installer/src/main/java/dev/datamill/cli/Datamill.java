package dev.datamill.cli;

import dev.datamill.session.Console;
import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.util.List;
import java.util.concurrent.Callable;

/** The command line: words to a verb, and every mistake to one clear sentence. */
@Command(name = "datamill", sortOptions = false, usageHelpAutoWidth = true, synopsisHeading = "",
        customSynopsis = {"Usage: datamill VERB [OPTION…]", "   or: datamill -l|-r ACTION -f FILE"},
        description = {"%nA whole analytics platform on a laptop now, and the same one on a cluster later."},
        optionListHeading = "%nOptions:%n", commandListHeading = "%nVerbs:%n",
        footer = {"", "Example:", "  datamill -l -i -f flavours/explorative.yaml", "", "'datamill VERB --help' explains a verb."})
public final class Datamill implements Callable<Integer> {

    private static final List<String> CLASSIC = List.of("start", "install", "uninstall", "debug", "halt", "destroy", "proxy");

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    boolean help;

    private final Verbs verbs;

    private Datamill(Verbs verbs) {
        this.verbs = verbs;
    }

    /** What went wrong that is nobody's fault but ours; the caller writes it to a log. */
    @FunctionalInterface
    public interface Defects {
        void report(Throwable defect);
    }

    /** Runs one command line and returns its exit status. */
    public static int run(String[] args, Verbs verbs, Defects defects) {
        CommandLine line = commandLine(verbs);
        Console console = verbs.around().console();
        try {
            line.setParameterExceptionHandler((e, given) -> usage(e, console));
            line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, console, defects));
            return line.execute(ClassicForm.toVerb(args, line.getSubcommands().keySet()));
        } catch (Stop stop) {
            return stopped(stop, console);
        }
    }

    static CommandLine commandLine(Verbs verbs) {
        CommandLine line = new CommandLine(new Datamill(verbs));
        VerbList.all(verbs).forEach(line::addSubcommand);
        classicOptions(line);
        line.setOut(new java.io.PrintWriter(verbs.around().console().out(), true));
        line.setErr(new java.io.PrintWriter(verbs.around().console().err(), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                verbs.around().console().color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        return line;
    }

    /** The classic flags of the verbs that exist, so that help shows them; {@link ClassicForm} acts on them. */
    private static void classicOptions(CommandLine line) {
        for (String verb : CLASSIC) {
            if (!line.getSubcommands().containsKey(verb)) continue;
            char letter = verb.equals("halt") ? 'a' : verb.equals("destroy") ? 'x' : verb.charAt(0);
            line.getCommandSpec().addOption(CommandLine.Model.OptionSpec.builder("-" + letter, "--" + verb)
                    .description("The same as the verb " + verb + ".").build());
        }
    }

    @Override
    public Integer call() throws Stop {
        throw new Stop(ExitStatus.USAGE, "what shall be done?", "name a verb: " + String.join(", ", commandLine(verbs).getSubcommands().keySet()));
    }

    private static int usage(ParameterException e, Console console) {
        String message = e.getMessage().lines().findFirst().orElse("these words are not understood");
        List<String> suggestions = e instanceof CommandLine.UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        console.say("datamill: " + Character.toLowerCase(message.charAt(0)) + message.substring(1));
        if (!suggestions.isEmpty()) {
            console.say("    did you mean " + String.join(" or ", suggestions.subList(0, Math.min(2, suggestions.size()))) + "?");
        }
        console.say("    see '" + verb + " --help'");
        return ExitStatus.USAGE.code();
    }

    private static int failed(Exception e, Console console, Defects defects) {
        if (e instanceof Stop stop) return stopped(stop, console);
        if (e instanceof InterruptedException) return ExitStatus.INTERRUPTED.code();
        defects.report(e);
        return ExitStatus.DEFECT.code();
    }

    private static int stopped(Stop stop, Console console) {
        console.say("datamill: " + stop.getMessage());
        if (!stop.fix().isEmpty()) console.say("    " + stop.fix());
        return stop.status().code();
    }
}
