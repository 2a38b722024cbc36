package dev.datamill.cluster;

import dev.datamill.config.Yaml;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import dev.datamill.target.Target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A minikube profile of the target's name. KUBECONFIG points every call at a file of ours, so minikube never writes
 * into the user's.
 */
public final class MinikubeCluster implements Cluster {

    /** The exit status for a profile that is not there. */
    private static final int NOT_FOUND = 85;
    /** The first that takes --gpus and a Kubernetes version without its last number. */
    private static final String OLDEST = "1.32";

    private final Target target;
    private final ClusterFolder folder;
    private final LocalTool minikube;
    private final Processes processes;
    private final LinuxHost host;

    public MinikubeCluster(Target target, Path home, Processes processes) {
        this(target, home, processes, LinuxHost.here());
    }

    MinikubeCluster(Target target, Path home, Processes processes, LinuxHost host) {
        this.target = target;
        this.folder = new ClusterFolder(home, target.name());
        this.processes = processes;
        this.host = host;
        this.minikube = new LocalTool("minikube", Map.of("KUBECONFIG", folder.kubeconfig().toString(),
                "MINIKUBE_IN_STYLE", "false", "MINIKUBE_WANTUPDATENOTIFICATION", "false"), processes);
    }

    @Override
    public String shown() {
        return "minikube cluster '" + target.name() + "'";
    }

    @Override
    public String provider() {
        return "minikube";
    }

    @Override
    public State state() throws ClusterException, InterruptedException {
        if (!minikube.installed()) return State.ABSENT;
        Processes.Result result = minikube.ask("status", "-p", target.name(), "-o", "json");
        if (result.status() == NOT_FOUND) return State.ABSENT;
        Optional<Yaml> said = LocalTool.parsed(result.out());
        Yaml node = said.filter(Yaml.Sequence.class::isInstance).map(all -> ((Yaml.Sequence) all).items().get(0)).or(() -> said).orElse(null);
        String machine = node == null ? "" : LocalTool.text(node, "Host");
        return switch (machine) {
            case "Running" -> LocalTool.text(node, "Kubelet").equals("Running") && LocalTool.text(node, "APIServer").equals("Running") ? State.RUNNING : State.BROKEN;
            case "Stopped", "Saved" -> State.HALTED;
            // A profile whose machine somebody removed: start makes it again, destroy clears it away.
            case "" -> throw new ClusterException("the state of the " + shown() + " cannot be read: " + said(result), "run 'minikube status -p " + target.name() + "' to see more");
            default -> State.BROKEN;
        };
    }

    @Override
    public List<Lack> lacks() throws InterruptedException {
        if (!minikube.installed()) return List.of(new Lack("minikube is not installed", host.installMinikube()));
        List<Lack> lacks = new ArrayList<>();
        try {
            Processes.Result result = minikube.ask("version", "-o", "json");
            String version = LocalTool.parsed(result.out()).map(said -> LocalTool.text(said, "minikubeVersion")).orElse("");
            if (!result.ok() || version.isEmpty()) {
                lacks.add(new Lack("minikube does not say its version: " + said(result), "run 'minikube version' to see more"));
            } else if (!LocalTool.atLeast(version, OLDEST)) {
                lacks.add(new Lack("minikube " + version + " is too old, " + OLDEST + " or newer is needed", host.installMinikube()));
            }
            if (state() == State.RUNNING) return lacks;
            driver(lacks);
        } catch (ClusterException e) {
            lacks.add(new Lack(e.getMessage(), e.remedy()));
        }
        return lacks;
    }

    private void driver(List<Lack> lacks) throws ClusterException, InterruptedException {
        switch (target.vmDriver().orElse("")) {
            case "docker" -> {
                if (processes.find("docker").isEmpty()) {
                    lacks.add(new Lack("minikube is to use docker, which is not installed", host.linux() ? switch (host.family()) {
                        case "ubuntu", "debian" -> host.install("docker.io");
                        case "fedora" -> host.install("moby-engine");
                        default -> host.install("docker");
                    } : "install Docker Desktop"));
                } else if (!new LocalTool("docker", Map.of(), processes).ask("version", "--format", "{{.Server.Version}}").ok()) {
                    lacks.add(new Lack("docker does not answer: it does not run, or you may not use it",
                            host.linux() ? "sudo systemctl start docker; sudo usermod -aG docker \"$USER\" && newgrp docker" : "start Docker Desktop"));
                }
                if (host.linux() && new LocalTool("id", Map.of(), processes).ask("-u").out().strip().equals("0")) {
                    lacks.add(new Lack("minikube does not use docker as root", "run datamill as another user, or take -t embedded"));
                }
            }
            case "kvm2" -> {
                if (!host.has("dev/kvm")) lacks.add(new Lack("this machine has no KVM (/dev/kvm)", "switch virtualization on in its firmware, or write vm_driver: docker"));
                if (processes.find("virsh").isEmpty()) {
                    lacks.add(new Lack("libvirt is not installed", switch (host.family()) {
                        case "ubuntu", "debian" -> "sudo apt-get install -y libvirt-daemon-system libvirt-clients qemu-system-x86";
                        case "fedora", "rhel" -> "sudo dnf install -y libvirt qemu-kvm";
                        default -> host.install("libvirt");
                    }));
                }
            }
            default -> {
                // Without a driver minikube takes the best it finds; what another one lacks it says itself.
            }
        }
    }

    @Override
    public void start(Events events) throws ClusterException, InterruptedException {
        State before = state();
        if (before != State.ABSENT) changes().forEach(change -> events.on(new Event.Note(Event.Subject.run(""), change)));
        Event.Subject step = Event.Subject.step("", "start " + shown());
        events.on(new Event.Started(step, 0));
        if (before == State.RUNNING) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "it runs"));
        } else {
            folder.make();
            // Recorded before: what a start that fails half way has made cannot be changed by another start either.
            if (before == State.ABSENT || !folder.hasSettings()) folder.recordSettings(target);
            act(step, events, minikube.command(startArguments()));
            if (state() != State.RUNNING) {
                throw failed(step, events, "minikube says that it started, but the cluster does not run", "run 'minikube logs -p " + target.name() + "' to see more");
            }
            events.on(new Event.Finished(step, before == State.ABSENT ? Outcome.CREATED : Outcome.UPDATED, "it runs"));
        }
        addons(events);
    }

    List<String> startArguments() {
        List<String> arguments = new ArrayList<>(List.of("start", "-p", target.name(), "-o", "json", "--interactive=false", "--embed-certs", "--wait=all"));
        target.cpus().ifPresent(cpus -> arguments.add("--cpus=" + cpus));
        target.memory().ifPresent(memory -> arguments.add("--memory=" + megabytes(memory)));
        target.storage().ifPresent(storage -> arguments.add("--disk-size=" + megabytes(storage)));
        target.vmDriver().ifPresent(driver -> arguments.add("--driver=" + driver));
        target.kubernetesVersion().ifPresent(version -> arguments.add("--kubernetes-version=v" + version.replaceFirst("^v", "")));
        target.mirror().ifPresent(mirror -> arguments.add("--registry-mirror=" + mirror));
        if (target.gpu()) arguments.add(target.vmDriver().orElse("").equals("kvm2") ? "--kvm-gpu" : "--gpus=all");
        return arguments;
    }

    /** A bare number is megabytes, as it always was with minikube. */
    private static String megabytes(String size) {
        return size.matches("\\d+") ? size + "m" : EmbeddedCluster.bytes(size).map(bytes -> (bytes >> 20) + "m").orElse(size);
    }

    private void addons(Events events) throws ClusterException, InterruptedException {
        List<String> wanted = new ArrayList<>(target.addons());
        if (target.gpu() && target.vmDriver().orElse("").equals("kvm2")) wanted.addAll(List.of("nvidia-driver-installer", "nvidia-gpu-device-plugin"));
        if (wanted.isEmpty()) return;
        List<String> missing = wanted.stream().distinct().filter(missingAddons()::contains).toList();
        for (String addon : missing) {
            Event.Subject step = Event.Subject.step("", "enable " + addon + " in " + shown());
            events.on(new Event.Started(step, 0));
            act(step, events, minikube.command(List.of("addons", "enable", addon, "-p", target.name())));
            if (missingAddons().contains(addon)) {
                throw failed(step, events, "minikube says that it enabled " + addon + ", but it is not there", "run 'minikube addons list -p " + target.name() + "'");
            }
            events.on(new Event.Finished(step, Outcome.CREATED, ""));
        }
    }

    /** Of the wanted addons those that are not enabled; one that minikube does not know counts as missing too. */
    private List<String> missingAddons() throws ClusterException, InterruptedException {
        Processes.Result result = minikube.ask("addons", "list", "-p", target.name(), "-o", "json");
        Yaml said = LocalTool.parsed(result.out()).filter(all -> result.ok() && all instanceof Yaml.Mapping)
                .orElseThrow(() -> new ClusterException("the addons of the " + shown() + " cannot be read: " + said(result), "run 'minikube addons list'"));
        List<String> missing = new ArrayList<>(target.addons());
        if (target.gpu()) missing.addAll(List.of("nvidia-driver-installer", "nvidia-gpu-device-plugin"));
        missing.removeIf(addon -> LocalTool.text(said, addon, "Status").equals("enabled"));
        return missing;
    }

    @Override
    public void halt(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "halt " + shown());
        events.on(new Event.Started(step, 0));
        State before = state();
        if (before == State.ABSENT || before == State.HALTED) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, before == State.ABSENT ? "there is none" : "it is halted"));
            return;
        }
        act(step, events, minikube.command(List.of("stop", "-p", target.name(), "-o", "json", "--keep-context-active")));
        events.on(new Event.Finished(step, Outcome.UPDATED, "its volumes stay"));
    }

    @Override
    public void destroy(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "destroy " + shown());
        events.on(new Event.Started(step, 0));
        boolean absent = state() == State.ABSENT;
        if (!absent) act(step, events, minikube.command(List.of("delete", "-p", target.name(), "-o", "json")));
        folder.remove();
        events.on(new Event.Finished(step, absent ? Outcome.UNCHANGED : Outcome.REMOVED, absent ? "there is none" : "nothing of it is left"));
    }

    /** Written by minikube itself, again each time: after a new start the port is another. */
    @Override
    public Path kubeconfig() throws ClusterException, InterruptedException {
        if (state() != State.RUNNING) throw new ClusterException("the " + shown() + " does not run", "start it with 'datamill start'");
        if (!Files.exists(folder.kubeconfig())) folder.write("kubeconfig", ""); // private before minikube fills it
        Processes.Result result = minikube.ask("update-context", "-p", target.name());
        if (!result.ok()) throw new ClusterException("minikube writes no kubeconfig: " + said(result), "run 'minikube update-context -p " + target.name() + "' to see more");
        return folder.owned("kubeconfig");
    }

    @Override
    public List<String> changes() {
        return folder.changes(target).stream().map(change -> change + "; destroy it and start it again to change that").toList();
    }

    @Override
    public Optional<ImageLoader> imageLoader() {
        return Optional.of(new ImageLoader() {
            @Override
            public boolean has(String reference) throws ClusterException, InterruptedException {
                Processes.Result result = minikube.ask("image", "ls", "-p", target.name(), "--format", "json");
                Optional<Yaml> said = LocalTool.parsed(result.out());
                if (!result.ok() || said.isEmpty()) throw new ClusterException("the images of the " + shown() + " cannot be listed: " + said(result), "see that it runs");
                return said.get() instanceof Yaml.Sequence all && all.items().stream().filter(Yaml.Mapping.class::isInstance)
                        .flatMap(image -> ((Yaml.Mapping) image).get("repoTags").stream()).filter(Yaml.Sequence.class::isInstance)
                        .flatMap(tags -> ((Yaml.Sequence) tags).items().stream())
                        .anyMatch(tag -> tag instanceof Yaml.Scalar scalar && EmbeddedCluster.canonical(scalar.text()).equals(EmbeddedCluster.canonical(reference)));
            }

            @Override
            public void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException {
                Event.Subject step = Event.Subject.step("", "load " + reference + " into " + shown());
                events.on(new Event.Started(step, 0));
                act(step, events, minikube.command(List.of("image", "load", archive.toAbsolutePath().toString(), "-p", target.name())));
                // It ends well with some archives that it could not load, so the node is asked.
                if (!has(reference)) throw failed(step, events, "minikube loaded " + archive + ", but the node has no " + reference, "see that the archive holds this image");
                events.on(new Event.Finished(step, Outcome.CREATED, ""));
            }
        });
    }

    /** Runs to the end; what it says as events of its own becomes progress, and its error the reason. */
    private void act(Event.Subject step, Events events, Command command) throws ClusterException, InterruptedException {
        AtomicReference<String> advice = new AtomicReference<>("run '" + command.pasteable() + "' to see more");
        AtomicReference<String> reason = new AtomicReference<>("");
        Processes.Result result = minikube.run(command, line -> {
            Optional<Yaml> said = line.startsWith("{") ? LocalTool.parsed(line) : Optional.empty();
            String message = said.map(event -> LocalTool.text(event, "data", "message")).orElse(line).strip();
            String type = said.map(event -> LocalTool.text(event, "type")).orElse("");
            if (type.endsWith(".error")) {
                reason.set(message);
                said.map(event -> LocalTool.text(event, "data", "advice")).filter(text -> !text.isBlank()).ifPresent(advice::set);
            } else if (!message.isEmpty()) {
                events.on(Event.Progress.of(step, message));
            }
        });
        if (!result.ok()) throw failed(step, events, "minikube ended with status " + result.status() + ": " + (reason.get().isEmpty() ? said(result) : reason.get()), advice.get());
    }

    private static ClusterException failed(Event.Subject step, Events events, String message, String advice) {
        events.on(new Event.Failed(step, message, advice));
        return new ClusterException("cannot " + step.step() + ": " + message, advice);
    }

    /** The last words, taken out of minikube's JSON where it speaks that. */
    private static String said(Processes.Result result) {
        return result.out().lines().filter(line -> line.startsWith("{")).flatMap(line -> LocalTool.parsed(line).stream())
                .map(event -> LocalTool.text(event, "data", "message")).filter(message -> !message.isBlank())
                .reduce((before, last) -> last).orElseGet(result::lastWords).strip();
    }
}
