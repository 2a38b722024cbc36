package dev.datamill.cluster;

import dev.datamill.config.Yaml;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.event.Outcome;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;
import dev.datamill.target.Target;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Canonical's MicroK8s. There is one on a machine, whatever the target is called, and it takes as much of the
 * machine as it likes: cpus, memory and storage limit nothing here.
 */
public final class MicroK8sCluster implements Cluster {

    private static final String WAIT_SECONDS = "300";

    private final Target target;
    private final ClusterFolder folder;
    private final LocalTool microk8s;
    private final LocalTool snap;
    private final Processes processes;
    private final MicroK8sHost host;

    public MicroK8sCluster(Target target, Path home, Processes processes) {
        this(target, home, processes, LinuxHost.here());
    }

    MicroK8sCluster(Target target, Path home, Processes processes, LinuxHost host) {
        this.target = target;
        this.folder = new ClusterFolder(home, target.name());
        this.processes = processes;
        this.host = new MicroK8sHost(host, processes);
        this.microk8s = new LocalTool("microk8s", Map.of(), processes);
        this.snap = new LocalTool("snap", Map.of(), processes);
    }

    @Override
    public String shown() {
        return "MicroK8s of this machine";
    }

    @Override
    public String provider() {
        return "microk8s";
    }

    @Override
    public State state() throws ClusterException, InterruptedException {
        if (!microk8s.installed()) return State.ABSENT;
        return LocalTool.text(status(), "microk8s", "running").equalsIgnoreCase("true") ? State.RUNNING : State.HALTED;
    }

    private Yaml status() throws ClusterException, InterruptedException {
        Processes.Result result = microk8s.ask("status", "--format", "yaml");
        Optional<Yaml> said = LocalTool.parsed(result.out()).filter(yaml -> !LocalTool.text(yaml, "microk8s", "running").isEmpty());
        if (said.isEmpty()) throw host.explained("the state of MicroK8s cannot be read", result);
        return said.get();
    }

    @Override
    public List<Lack> lacks() throws InterruptedException {
        if (!microk8s.installed()) return host.notInstalled(target.kubernetesVersion());
        List<Lack> lacks = new ArrayList<>(host.installed(target.kubernetesVersion()));
        try {
            state();
        } catch (ClusterException e) {
            lacks.add(new Lack(e.getMessage(), e.remedy()));
        }
        return lacks;
    }

    @Override
    public void start(Events events) throws ClusterException, InterruptedException {
        State before = state();
        if (before == State.ABSENT) throw new ClusterException("MicroK8s is not installed", "'datamill start' says what to do");
        Event.Subject step = Event.Subject.step("", "start " + shown());
        if (host.forwardingDropped()) {
            events.on(new Event.Note(step, "the firewall drops forwarded packets (Docker sets it so), so pods may reach nothing outside; then: sudo iptables -P FORWARD ACCEPT"));
        }
        if (before == State.HALTED && folder.hasSettings()) changes().forEach(change -> events.on(new Event.Note(step, change)));
        events.on(new Event.Started(step, 0));
        if (before == State.RUNNING) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "it runs"));
        } else {
            act(step, events, microk8s.command(List.of("start")));
            // Without the wait its first answers are those of a cluster that is half there.
            microk8s.run(microk8s.command(List.of("status", "--wait-ready", "--timeout", WAIT_SECONDS, "--format", "yaml")), line -> {
            });
            if (state() != State.RUNNING) throw failed(step, events, "MicroK8s started, but was not ready after " + WAIT_SECONDS + " seconds", "run 'microk8s inspect' to see why");
            events.on(new Event.Finished(step, Outcome.UPDATED, "it runs"));
        }
        if (!folder.hasSettings()) folder.recordSettings(target);
        addons(events);
    }

    /** MicroK8s finds its addons by their objects in the cluster, not by a flag, so its status is worth believing. */
    private void addons(Events events) throws ClusterException, InterruptedException {
        List<String> wanted = new ArrayList<>(target.addons());
        Map<String, Boolean> there = addonsThere();
        if (target.gpu()) wanted.add(there.containsKey("nvidia") ? "nvidia" : "gpu");
        for (String addon : wanted) {
            String name = addon.replaceFirst(":.*", ""); // metallb:10.0.0.1-10.0.0.9
            if (there.getOrDefault(name, false)) continue;
            Event.Subject step = Event.Subject.step("", "enable " + name + " in " + shown());
            events.on(new Event.Started(step, 0));
            if (!there.containsKey(name)) throw failed(step, events, "MicroK8s has no addon '" + name + "'", "it has: " + String.join(", ", there.keySet()));
            act(step, events, microk8s.command(List.of("enable", addon)));
            if (!addonsThere().getOrDefault(name, false)) {
                throw failed(step, events, "MicroK8s says that it enabled " + name + ", but its objects are not there", "run 'microk8s enable " + addon + "' to see more");
            }
            events.on(new Event.Finished(step, Outcome.CREATED, ""));
        }
    }

    private Map<String, Boolean> addonsThere() throws ClusterException, InterruptedException {
        Map<String, Boolean> addons = new LinkedHashMap<>();
        if (status() instanceof Yaml.Mapping status && status.get("addons").orElse(null) instanceof Yaml.Sequence all) {
            for (Yaml addon : all.items()) addons.merge(LocalTool.text(addon, "name"), LocalTool.text(addon, "status").equals("enabled"), Boolean::logicalOr);
        }
        return addons;
    }

    @Override
    public void halt(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "halt " + shown());
        events.on(new Event.Started(step, 0));
        State before = state();
        if (before != State.RUNNING) {
            events.on(new Event.Finished(step, Outcome.UNCHANGED, before == State.ABSENT ? "there is none" : "it is halted"));
            return;
        }
        act(step, events, microk8s.command(List.of("stop")));
        events.on(new Event.Finished(step, Outcome.UPDATED, "its volumes stay"));
    }

    /** Removes the snap. One that was never started from here holds other people's work, and stays. */
    @Override
    public void destroy(Events events) throws ClusterException, InterruptedException {
        Event.Subject step = Event.Subject.step("", "destroy " + shown());
        events.on(new Event.Started(step, 0));
        if (!microk8s.installed()) {
            folder.remove();
            events.on(new Event.Finished(step, Outcome.UNCHANGED, "there is none"));
            return;
        }
        List<String> remove = List.of("remove", "--purge", "microk8s");
        if (!folder.known()) {
            throw failed(step, events, "it was not started by datamill, so it may hold the work of others", "if it is yours to remove: sudo " + snap.command(remove).pasteable());
        }
        boolean root = new LocalTool("id", Map.of(), processes).ask("-u").out().strip().equals("0");
        act(step, events, root ? snap.command(remove) : snap.command(remove).before("sudo", "-n"));
        folder.remove();
        events.on(new Event.Finished(step, Outcome.REMOVED, "nothing of it is left"));
    }

    @Override
    public Path kubeconfig() throws ClusterException, InterruptedException {
        if (state() != State.RUNNING) throw new ClusterException(shown() + " does not run", "start it with 'datamill start'");
        Processes.Result result = microk8s.ask("config");
        if (!result.ok() || LocalTool.parsed(result.out()).isEmpty()) throw host.explained("MicroK8s gives no kubeconfig", result);
        return folder.write("kubeconfig", result.out());
    }

    @Override
    public List<String> changes() {
        return folder.changes(target).stream().filter(change -> change.contains(" kubernetes_version: ") || change.contains(" gpu_support: ")).toList();
    }

    @Override
    public Optional<ImageLoader> imageLoader() {
        return Optional.of(new ImageLoader() {
            @Override
            public boolean has(String reference) throws ClusterException, InterruptedException {
                Processes.Result result = microk8s.ask("ctr", "images", "list", "-q");
                if (!result.ok()) throw host.explained("the images of MicroK8s cannot be listed", result);
                return result.out().lines().map(String::strip).anyMatch(EmbeddedCluster.canonical(reference)::equals);
            }

            @Override
            public void load(String reference, Path archive, Events events) throws ClusterException, InterruptedException {
                Event.Subject step = Event.Subject.step("", "load " + reference + " into " + shown());
                events.on(new Event.Started(step, 0));
                act(step, events, microk8s.command(List.of("ctr", "image", "import", archive.toAbsolutePath().toString())));
                if (!has(reference)) throw failed(step, events, "MicroK8s imported " + archive + ", but has no " + reference, "see that the archive holds this image");
                events.on(new Event.Finished(step, Outcome.CREATED, ""));
            }
        });
    }

    private void act(Event.Subject step, Events events, Command command) throws ClusterException, InterruptedException {
        Processes.Result result = microk8s.run(command, line -> events.on(Event.Progress.of(step, line)));
        if (result.ok()) return;
        ClusterException why = host.explained("'" + command.pasteable() + "' ended with status " + result.status(), result);
        throw failed(step, events, why.getMessage(), why.remedy());
    }

    private static ClusterException failed(Event.Subject step, Events events, String message, String advice) {
        events.on(new Event.Failed(step, message, advice));
        return new ClusterException("cannot " + step.step() + ": " + message, advice);
    }
}
