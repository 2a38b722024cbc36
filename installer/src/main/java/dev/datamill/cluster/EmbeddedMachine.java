package dev.datamill.cluster;

import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the embedded node needs of this machine, and how a plain user becomes root for it. */
final class EmbeddedMachine {

    /** Each program and the Debian package it is in. */
    private static final Map<String, String> PROGRAMS = programs();
    private static final long LEAST_MEMORY = 1536L << 20;
    private static final long LEAST_DISK = 4L << 30;

    private final Processes processes;
    private final boolean terminal;
    private final String system;

    /** @param terminal whether somebody is there to type a password; @param system the value of os.name */
    EmbeddedMachine(Processes processes, boolean terminal, String system) {
        this.processes = processes;
        this.terminal = terminal;
        this.system = system;
    }

    private static Map<String, String> programs() {
        Map<String, String> programs = new LinkedHashMap<>();
        programs.put("containerd", "containerd");
        programs.put("ctr", "containerd");
        programs.put("runc", "runc");
        programs.put("iptables", "iptables");
        programs.put("iptables-restore", "iptables");
        programs.put("ip", "iproute2");
        return programs;
    }

    /** Everything that is missing, at once. @param home where the cluster's data will lie */
    List<Cluster.Lack> lacks(Path home) throws InterruptedException {
        if (!system.startsWith("Linux")) {
            return List.of(new Cluster.Lack("the embedded cluster runs on Linux, this is " + system, "use -t minikube, or another target of 'datamill list targets'"));
        }
        List<Cluster.Lack> lacks = new ArrayList<>();
        if (!root() && processes.find("sudo").isEmpty()) {
            lacks.add(new Cluster.Lack("the node must be started by root, and there is no sudo", "run datamill as root, or install sudo"));
        } else if (!root() && !terminal && !sudoAsksNothing()) {
            lacks.add(new Cluster.Lack("sudo asks for a password, and there is no terminal to ask on", "run 'sudo -v' first"));
        }
        TreeSet<String> packages = missingPackages();
        if (!packages.isEmpty() && !(root() && processes.find("apt-get").isPresent())) {
            lacks.add(new Cluster.Lack("not installed: " + String.join(", ", packages), processes.find("apt-get").isPresent()
                    ? install(packages).before("sudo").pasteable() : "install them with this system's packages"));
        }
        if (!overlay()) {
            lacks.add(new Cluster.Lack("this kernel has no overlay file system", "use a kernel with CONFIG_OVERLAY_FS"));
        }
        memory("MemAvailable:").filter(free -> free < LEAST_MEMORY).ifPresent(free -> lacks.add(new Cluster.Lack(
                "only " + (free >> 20) + " MiB of memory are free, the node needs " + (LEAST_MEMORY >> 20), "end other programs")));
        room(home).filter(free -> free < LEAST_DISK).ifPresent(free -> lacks.add(new Cluster.Lack(
                "only " + (free >> 20) + " MiB are free where " + home + " is, the node needs " + (LEAST_DISK >> 20), "free some, or set DATAMILL_HOME to another disk")));
        return lacks;
    }

    /** Installs what is missing, as root and after saying so. */
    void installPackages(Events events) throws ClusterException, InterruptedException {
        TreeSet<String> packages = missingPackages();
        if (packages.isEmpty()) return;
        Event.Subject step = Event.Subject.step("", "install " + String.join(", ", packages));
        events.on(new Event.Started(step, 0));
        Processes.Result result = run(install(packages), line -> events.on(Event.Progress.of(step, line)));
        if (!result.ok()) { // the lists of packages may be missing or old
            run(Command.of("apt-get", "update"), line -> events.on(Event.Progress.of(step, line)));
            result = run(install(packages), line -> events.on(Event.Progress.of(step, line)));
        }
        if (!result.ok() || !missingPackages().isEmpty()) {
            events.on(new Event.Failed(step, result.lastWords(), install(packages).pasteable()));
            throw new ClusterException("not installed: " + String.join(", ", packages) + ": " + result.lastWords(), install(packages).pasteable());
        }
        events.on(new Event.Finished(step, Outcome.CREATED, "by apt"));
    }

    private static Command install(TreeSet<String> packages) {
        List<String> argv = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        argv.addAll(packages);
        return Command.of(argv).env("DEBIAN_FRONTEND", "noninteractive");
    }

    private TreeSet<String> missingPackages() {
        TreeSet<String> packages = new TreeSet<>();
        PROGRAMS.forEach((program, in) -> {
            boolean there = processes.find(program).isPresent()
                    || Files.isExecutable(Path.of("/usr/sbin", program)) || Files.isExecutable(Path.of("/sbin", program)); // not on a plain user's PATH
            if (!there) packages.add(in);
        });
        if (!Files.isExecutable(Path.of("/usr/lib/cni/ptp")) && !Files.isExecutable(Path.of("/opt/cni/bin/ptp"))) {
            packages.add("containernetworking-plugins");
        }
        return packages;
    }

    /** Makes sure that {@link #asRoot} will not have to ask. */
    void becomeRoot() throws ClusterException, InterruptedException {
        if (root() || sudoAsksNothing()) return;
        try {
            if (terminal && processes.attached(Command.of("sudo", "-v")) == 0) return;
        } catch (IOException e) {
            throw new ClusterException("sudo cannot be run: " + e.getMessage(), "run datamill as root", e);
        }
        throw new ClusterException("the node must be started by root, and sudo refused", "run 'sudo -v' first");
    }

    Command asRoot(Command command) {
        return root() ? command : command.before("sudo", "-n", "--");
    }

    Processes.Result run(Command command, java.util.function.Consumer<String> line) throws ClusterException, InterruptedException {
        try {
            return processes.run(command, line);
        } catch (IOException e) {
            throw new ClusterException("cannot run " + command.pasteable() + ": " + e.getMessage(), "see that the program is there", e);
        }
    }

    private boolean root() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private boolean sudoAsksNothing() throws InterruptedException {
        try {
            return processes.run(Command.of("sudo", "-n", "true")).ok();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean overlay() {
        try {
            if (Files.readString(Path.of("/proc/filesystems")).contains("overlay")) return true;
            String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            return Files.isDirectory(Path.of("/lib/modules", release, "kernel/fs/overlayfs"));
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<Long> memory(String kind) {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith(kind))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> room(Path home) {
        Path there = home.toAbsolutePath();
        while (!Files.exists(there)) there = there.getParent();
        try {
            return Optional.of(Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
