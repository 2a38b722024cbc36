package dev.datamill;

import dev.datamill.cli.Datamill;
import dev.datamill.cli.Verbs;
import dev.datamill.config.Problems;
import dev.datamill.session.Console;
import dev.datamill.session.ImagesSession;
import dev.datamill.session.Interrupts;
import dev.datamill.session.PlanSession;
import dev.datamill.session.ProblemsReport;
import dev.datamill.session.RegistrySession;
import dev.datamill.session.Surroundings;
import dev.datamill.session.Wiring;
import dev.datamill.workspace.ProjectSources;
import dev.datamill.workspace.Workspace;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Wires everything by hand. The only place that knows the process's own streams, environment and exit. */
public final class Main {

    private Main() {
    }

    /** Held, since a logger that nobody holds forgets its level. */
    private static final java.util.logging.Logger CLIENT_TALK = java.util.logging.Logger.getLogger("io.fabric8");

    public static void main(String[] args) {
        CLIENT_TALK.setLevel(java.util.logging.Level.OFF);
        Surroundings around = around(args, System.getenv());
        Interrupts interrupts = new Interrupts(() -> Runtime.getRuntime().halt(130));
        int status = Datamill.run(args, verbs(around, interrupts), defect -> new DefectLog(around).write(defect));
        around.console().out().flush();
        System.exit(status);
    }

    private static Surroundings around(String[] args, Map<String, String> env) {
        // What cannot go straight to the platform's encoding would turn arrows and umlauts into question marks.
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
        boolean terminal = System.console() != null;
        boolean color = terminal && !env.containsKey("NO_COLOR") && !Arrays.asList(args).contains("--no-color");
        BufferedReader in = terminal ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)) : null;
        Path working = Path.of("").toAbsolutePath();
        Path root = Path.of(System.getProperty("datamill.root", working.toString())).toAbsolutePath().normalize();
        Path home = Path.of(env.getOrDefault("DATAMILL_HOME", env.getOrDefault("HOME", System.getProperty("user.home")) + "/.datamill"));
        return new Surroundings(new Console(out, err, in, terminal, color, width(env)), new Workspace(root, working),
                home.toAbsolutePath().normalize(), env, version());
    }

    private static Verbs verbs(Surroundings around, Interrupts interrupts) {
        return new Verbs() {
            @Override
            public Surroundings around() {
                return around;
            }

            @Override
            public ProjectSources.ImageCatalog images() {
                Problems problems = new Problems();
                ProjectSources.ImageCatalog catalog = RealDoors.imageDoor(around).catalog(problems);
                if (!problems.isEmpty()) ProblemsReport.show(problems.all(), around.console());
                return catalog;
            }

            @Override
            public ImagesSession imagesSession() {
                return new ImagesSession(around, RealDoors.imageDoor(around));
            }

            @Override
            public RegistrySession registrySession() {
                return new RegistrySession(around, RealDoors.imageDoor(around).localRegistry(around.home().resolve("registry")));
            }

            @Override
            public PlanSession.Comparison comparison() {
                return (plan, flags) -> Optional.empty();
            }

            @Override
            public Wiring wiring() {
                return new RealDoors(around, interrupts);
            }
        };
    }

    private static int width(Map<String, String> env) {
        try {
            return Math.max(40, Integer.parseInt(env.getOrDefault("COLUMNS", "100")));
        } catch (NumberFormatException e) {
            return 100;
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
