package dev.datamill.cli;

import dev.datamill.session.ExitStatus;
import dev.datamill.session.Stop;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.Map;
import java.util.Set;

@Command(name = "completion", description = "Print a script that completes commands and flags in your shell.",
        footer = {"", "Examples:", "  source <(datamill completion bash)", "  datamill completion zsh > ~/.zfunc/_datamill",
                "  datamill completion fish > ~/.config/fish/completions/datamill.fish"})
final class CompletionVerb extends Verb {

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.", arity = "0..1")
    String shell = "";

    @Spec
    CommandSpec spec;

    CompletionVerb(Verbs verbs) {
        super(verbs);
    }

    @Override
    ExitStatus run() throws Stop {
        CommandLine root = spec.root().commandLine();
        String script = switch (shell) {
            case "bash" -> AutoComplete.bash("datamill", root);
            // The bash script knows zsh; zsh only has to be told to load its bash completion first.
            case "zsh" -> "#compdef datamill\nautoload -U +X bashcompinit && bashcompinit\n" + AutoComplete.bash("datamill", root);
            case "fish" -> fish(root);
            default -> throw new Stop(ExitStatus.USAGE, shell.isEmpty() ? "which shell?" : "there is no completion for '" + shell + "'",
                    "choose bash, zsh or fish");
        };
        verbs.around().console().out().print(script);
        return ExitStatus.DONE;
    }

    private static String fish(CommandLine root) {
        StringBuilder out = new StringBuilder("complete -c datamill -f\n");
        Set<String> names = root.getSubcommands().keySet();
        root.getSubcommands().forEach((name, verb) -> {
            out.append("complete -c datamill -n '__fish_use_subcommand' -a ").append(name)
                    .append(" -d ").append(quoted(first(verb.getCommandSpec().usageMessage().description()))).append('\n');
            for (Map.Entry<String, CommandLine> inner : verb.getSubcommands().entrySet()) {
                out.append("complete -c datamill -n '__fish_seen_subcommand_from ").append(name).append("' -a ")
                        .append(inner.getKey()).append('\n');
            }
            for (OptionSpec option : verb.getCommandSpec().options()) fishOption(name, option, out);
        });
        for (OptionSpec option : root.getCommandSpec().options()) fishOption("", option, out);
        if (names.contains("list")) {
            out.append("complete -c datamill -n '__fish_seen_subcommand_from list' -a 'components flavours targets'\n");
        }
        return out.toString();
    }

    private static void fishOption(String verb, OptionSpec option, StringBuilder out) {
        if (option.hidden()) return;
        out.append("complete -c datamill -n '")
                .append(verb.isEmpty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + verb).append('\'');
        for (String name : option.names()) {
            out.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.arity().max() > 0) out.append(option.paramLabel().equals("FILE") ? " -r -F" : " -x");
        out.append(" -d ").append(quoted(first(option.description()))).append('\n');
    }

    private static String first(String[] lines) {
        return lines.length == 0 ? "" : lines[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
