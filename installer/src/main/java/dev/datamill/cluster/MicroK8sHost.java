package dev.datamill.cluster;

import dev.datamill.process.Processes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known to keep MicroK8s from working on a machine, and what mends it. */
final class MicroK8sHost {

    /** The first whose status is in YAML as it is read here, and that runs without docker. */
    private static final String OLDEST = "1.28";
    private static final String CHANNEL = "1.34/stable";

    private final LinuxHost host;
    private final Processes processes;

    MicroK8sHost(LinuxHost host, Processes processes) {
        this.host = host;
        this.processes = processes;
    }

    /** Why it cannot be installed or is not, with every step that is missing. */
    List<Cluster.Lack> notInstalled(Optional<String> version) {
        if (!host.linux()) return List.of(new Cluster.Lack("MicroK8s runs on Linux", "use -t minikube, or another target of 'datamill list targets'"));
        List<Cluster.Lack> lacks = new ArrayList<>();
        if (!host.has("run/systemd/system")) {
            lacks.add(new Cluster.Lack("MicroK8s comes as a snap, and snaps need systemd, which does not run here", "use -t embedded on this machine"));
        }
        if (processes.find("snap").isEmpty()) lacks.add(new Cluster.Lack("MicroK8s comes as a snap, and snapd is not installed", host.installSnapd()));
        lacks.addAll(confinement());
        lacks.add(new Cluster.Lack("MicroK8s is not installed", "sudo snap install microk8s --classic --channel=" + version.map(v -> channel(v)).orElse(CHANNEL)));
        return lacks;
    }

    /** Classic snaps look for themselves under /snap, which only Ubuntu's and Debian's packages make. */
    private List<Cluster.Lack> confinement() {
        if (host.has("var/lib/snapd/snap") && !host.has("snap")) {
            return List.of(new Cluster.Lack("classic snaps, as MicroK8s is one, need /snap, which this distribution's snapd does not make",
                    "sudo ln -s /var/lib/snapd/snap /snap"));
        }
        return List.of();
    }

    List<Cluster.Lack> installed(Optional<String> wanted) {
        List<Cluster.Lack> lacks = new ArrayList<>(confinement());
        String version = version();
        if (version.isEmpty()) return lacks;
        if (!LocalTool.atLeast(version, OLDEST)) {
            lacks.add(new Cluster.Lack("MicroK8s " + version + " is too old, " + OLDEST + " or newer is needed", "sudo snap refresh microk8s --channel=" + wanted.map(MicroK8sHost::channel).orElse(CHANNEL)));
        } else if (wanted.isPresent() && !(version.replaceFirst("^v", "") + ".").startsWith(wanted.get().replaceFirst("^v", "") + ".")) {
            lacks.add(new Cluster.Lack("MicroK8s is Kubernetes " + version + ", the target asks for " + wanted.get(),
                    "sudo snap refresh microk8s --channel=" + channel(wanted.get()) + ", or write that version into the target file (one minor version at a time)"));
        }
        return lacks;
    }

    /** From the snap's own description of itself, which is made for programs; empty when it cannot be read. */
    private String version() {
        String here = host.field("snap/microk8s/current/meta/snap.yaml", "version:");
        return here.isEmpty() ? host.field("var/lib/snapd/snap/microk8s/current/meta/snap.yaml", "version:") : here;
    }

    private static String channel(String version) {
        String[] parts = version.replaceFirst("^v", "").split("\\.");
        return parts.length < 2 ? CHANNEL : parts[0] + "." + parts[1] + "/stable";
    }

    /**
     * Why a call of microk8s failed. The names of programs and libraries in its last words are the same in every
     * language; nothing else of them is understood.
     */
    ClusterException explained(String what, Processes.Result result) throws ClusterException, InterruptedException {
        String said = result.out() + result.err();
        if (said.contains("libselinux")) {
            return new ClusterException(what + ": the library libselinux.so.1 is missing or does not fit", switch (host.family()) {
                case "ubuntu", "debian" -> "sudo apt-get install -y libselinux1";
                case "fedora", "rhel" -> "sudo dnf install -y libselinux";
                case "suse" -> "sudo zypper install -y libselinux1";
                default -> "install libselinux";
            });
        }
        if (said.contains("snap-confine")) {
            return new ClusterException(what + ": the snap cannot be confined (" + result.lastWords() + ")", "sudo systemctl enable --now apparmor.service snapd.apparmor.service");
        }
        if (!mayUse()) {
            return new ClusterException(what + ": you are not in the group microk8s",
                    "sudo usermod -aG microk8s \"$USER\" && newgrp microk8s (or log in again)");
        }
        return new ClusterException(what + ": " + result.lastWords(), "run 'microk8s inspect' to see more");
    }

    private boolean mayUse() throws ClusterException, InterruptedException {
        LocalTool id = new LocalTool("id", Map.of(), processes);
        if (id.ask("-u").out().strip().equals("0")) return true;
        return Arrays.asList(id.ask("-nG").out().strip().split("\\s+")).contains("microk8s");
    }

    /** Docker sets it so, and then pods reach nothing outside; only root may look. */
    boolean forwardingDropped() throws InterruptedException {
        if (processes.find("iptables").isEmpty()) return false;
        try {
            Processes.Result result = new LocalTool("iptables", Map.of(), processes).ask("-S", "FORWARD");
            return result.ok() && result.out().lines().anyMatch("-P FORWARD DROP"::equals);
        } catch (ClusterException unknown) {
            return false;
        }
    }
}
