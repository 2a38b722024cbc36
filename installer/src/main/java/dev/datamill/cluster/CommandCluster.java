package dev.datamill.cluster;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import dev.datamill.target.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cluster that other programs make: its target file says the commands, so k3d or kind is a file and no code. */
public final class CommandCluster implements Cluster {

    private final Target target;
    private final Path folder;
    private final Processes processes;

    public CommandCluster(Target target, Path home, Processes processes) {
        this.target = target;
        this.folder = home.resolve("clusters").resolve(target.name());
        this.processes = processes;
    }

    @Override
    public String provider() {
        return "command";
    }

    @Override
    public String shown() {
        return "cluster '" + target.name() + "' of " + target.file();
    }

    /** A kubeconfig can only be had of a cluster that runs. */
    @Override
    public State state() throws ClusterException, InterruptedException {
        if (target.commands().containsKey("exists") && !run(command("exists")).ok()) return State.ABSENT;
        return run(command("kubeconfig")).ok() ? State.RUNNING : target.commands().containsKey("exists") ? State.HALTED : State.ABSENT;
    }

    @Override
    public List<Lack> lacks() {
        List<Lack> lacks = new ArrayList<>();
        target.commands().values().stream().map(argv -> argv.get(0)).distinct().sorted()
                .filter(program -> program.contains("/") ? !Files.isExecutable(Path.of(program)) : processes.find(program).isEmpty())
                .forEach(program -> lacks.add(new Lack(target.file() + " runs '" + program + "', which is not installed",
                        "install it, or name its path in the file")));
        return lacks;
    }

    @Override
    public void start(Events events) throws ClusterException, InterruptedException {
        step("start", events, Outcome.CREATED, state() == State.RUNNING);
    }

    @Override
    public void halt(Events events) throws ClusterException, InterruptedException {
        step("stop", events, Outcome.UPDATED, state() != State.RUNNING);
    }

    @Override
    public void destroy(Events events) throws ClusterException, InterruptedException {
        step("delete", events, Outcome.REMOVED, state() == State.ABSENT);
        try {
            Files.deleteIfExists(folder.resolve("kubeconfig"));
            Files.deleteIfExists(folder.resolve("provider"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new ClusterException("the folder " + folder + " cannot be removed: " + e.getMessage(), "remove it by hand", e);
        }
    }

    private void step(String name, Events events, Outcome outcome, boolean already) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", name + " " + shown());
        events.on(new Event.Started(step, 0));
        if (already) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "nothing to do"));
            return;
        }
        Command command = command(name);
        Processes.Result result = run(command, events, step);
        if (!result.ok()) {
            events.on(new Event.Failed(step, result.lastWords(), command.pasteable()));
            throw new ClusterException("'" + command.pasteable() + "' failed with status " + result.status() + ": " + result.lastWords(),
                    "run it yourself to see more; it stands in " + target.file());
        }
        events.on(new Event.Finished(step, outcome, ""));
    }

    @Override
    public Path kubeconfig() throws ClusterException, InterruptedException {
        Command command = command("kubeconfig");
        Processes.Result result = run(command);
        if (!result.ok()) {
            throw new ClusterException("'" + command.pasteable() + "' failed: " + result.lastWords(), "start the cluster with 'datamill start'");
        }
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path written = folder.resolve("kubeconfig.new");
            Files.deleteIfExists(written);
            Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, result.out());
            return Files.move(written, folder.resolve("kubeconfig"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ClusterException("the kubeconfig cannot be written to " + folder + ": " + e.getMessage(), "see that it belongs to you", e);
        }
    }

    /** With a 'load' command, which gets the archive's path as its last argument. */
    @Override
    public Optional<ImageLoader> imageLoader() {
        if (!target.commands().containsKey("load")) return Optional.empty();
        return Optional.of(new ImageLoader() {
            @Override
            public boolean has(String reference) {
                return false;
            }

            @Override
            public void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException {
                List<String> argv = new ArrayList<>(target.commands().get("load"));
                argv.add(archive.toString());
                Processes.Result result = run(Command.of(argv));
                if (!result.ok()) throw new ClusterException("the image " + reference + " cannot be loaded: " + result.lastWords(), Command.of(argv).pasteable());
            }
        });
    }

    private Command command(String name) throws ClusterException {
        List<String> argv = target.commands().get(name);
        if (argv == null || argv.isEmpty()) throw new ClusterException(target.file() + " has no command '" + name + "'", "add " + name + ": [program, argument, …]");
        return Command.of(argv);
    }

    private Processes.Result run(Command command) throws ClusterException, InterruptedException {
        return run(command, event -> {
        }, Event.Subject.run(""));
    }

    private Processes.Result run(Command command, Events events, Event.Subject step) throws ClusterException, InterruptedException {
        try {
            return processes.run(command, line -> events.on(Event.Progress.of(step, line)));
        } catch (IOException e) {
            throw new ClusterException("cannot run '" + command.pasteable() + "': " + e.getMessage(), "it stands in " + target.file(), e);
        }
    }
}
