package dev.datamill.cluster;

import dev.datamill.event.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Against scripts that answer as MicroK8s and snap are documented to. */
class MicroK8sClusterTest {

    private static final String TARGET = "provider: microk8s\nname: mill\nkubernetes_version: \"1.34\"\naddons: [dns]\n";
    private static final String MICROK8S = """
            if [ -e $S/forbidden ]; then echo 'Insufficient permissions to access MicroK8s.' ; exit 1; fi
            if [ -e $S/noselinux ]; then echo 'error while loading shared libraries: libselinux.so.1: Datei nicht gefunden' >&2; exit 127; fi
            if [ -e $S/unconfined ]; then echo 'snap-confine hat erhöhte Rechte' >&2; exit 1; fi
            case "$1" in
            status)
              if [ ! -e $S/running ]; then printf 'microk8s:\\n  running: False\\n  message: microk8s is not running. Use microk8s inspect for a deeper inspection.\\n'; exit 0; fi
              printf 'microk8s:\\n  running: True\\nhigh-availability:\\n  enabled: False\\naddons:\\n'
              printf '  - name: dns\\n    description: (core) CoreDNS\\n    version: 1.0.0\\n    status: %s\\n' $([ -e $S/dns ] && echo enabled || echo disabled) ;;
            start) [ -e $S/liar ] || touch $S/running ;;
            stop) rm -f $S/running ;;
            enable) [ -e $S/addonliar ] || touch $S/dns ;;
            config) echo 'apiVersion: v1' ;;
            ctr) if [ "$3" = import ]; then touch $S/image; elif [ -e $S/image ]; then echo docker.io/datamill/web:1; fi ;;
            esac""";

    private ScriptedMachine machine;
    private MicroK8sCluster cluster;

    @BeforeEach
    void aMachine(@TempDir Path folder) throws Exception {
        machine = new ScriptedMachine(folder).program("microk8s", MICROK8S).program("id", "[ $1 = -u ] && echo 1000 || echo people microk8s")
                .program("iptables", "echo '-P FORWARD ACCEPT'").program("sudo", "shift; exec \"$@\"").program("snap", "touch $S/removed")
                .file("etc/os-release", "ID=ubuntu\n").file("snap/microk8s/current/meta/snap.yaml", "name: microk8s\nversion: v1.34.1\n");
        cluster = cluster(machine);
    }

    private static MicroK8sCluster cluster(ScriptedMachine machine) {
        return new MicroK8sCluster(ScriptedMachine.target(TARGET), machine.home, machine.processes, machine.host());
    }

    @Test
    void itIsStartedItsAddonsEnabledAndItsKubeconfigKeptPrivate() throws Exception {
        assertEquals(Cluster.State.HALTED, cluster.state());
        assertEquals(List.of(), cluster.lacks());
        cluster.start(machine.events::add);
        assertEquals(Cluster.State.RUNNING, cluster.state());
        assertTrue(machine.calls().contains("microk8s enable dns"));
        Path file = cluster.kubeconfig();
        assertEquals(machine.home.resolve("clusters/mill/kubeconfig"), file);
        assertEquals("rw-------", machine.mode(file));
        cluster.start(machine.events::add);
        assertEquals(1, machine.calls().stream().filter("microk8s enable dns"::equals).count());
        cluster.halt(machine.events::add);
        assertEquals(Cluster.State.HALTED, cluster.state());
    }

    @Test
    void goodWordsWithoutDeedsAreNotBelieved() throws Exception {
        machine.is("liar");
        assertThrows(ClusterException.class, () -> cluster.start(machine.events::add));
        machine.isNot("liar").is("addonliar");
        ClusterException no = assertThrows(ClusterException.class, () -> cluster.start(machine.events::add));
        assertTrue(no.getMessage().contains("its objects are not there"), no.getMessage());
    }

    @Test
    void theKnownTroublesAreExplainedInAnyLanguage() throws Exception {
        machine.is("noselinux");
        assertTrue(cluster.lacks().toString().contains("libselinux1"), cluster.lacks().toString());
        machine.isNot("noselinux").is("unconfined");
        assertTrue(cluster.lacks().toString().contains("snapd.apparmor"), cluster.lacks().toString());
        machine.isNot("unconfined").is("forbidden").program("id", "[ $1 = -u ] && echo 1000 || echo people");
        assertTrue(cluster.lacks().toString().contains("usermod -aG microk8s"), cluster.lacks().toString());
    }

    @Test
    void aFirewallThatForwardsNothingIsSaid() throws Exception {
        machine.program("iptables", "echo '-P FORWARD DROP'");
        cluster.start(machine.events::add);
        assertTrue(machine.events.stream().anyMatch(event -> event instanceof Event.Note note && note.message().contains("iptables -P FORWARD ACCEPT")), machine.events.toString());
    }

    @Test
    void aMissingMicroK8sIsNamedWithEveryStepThisDistributionNeeds(@TempDir Path bare) throws Exception {
        ScriptedMachine fedora = new ScriptedMachine(bare).file("etc/os-release", "ID=fedora\n").file("run/systemd/system/x", "").file("var/lib/snapd/snap/x", "").program("snap", "");
        String lacks = cluster(fedora).lacks().toString();
        assertTrue(lacks.contains("ln -s /var/lib/snapd/snap /snap"), lacks);
        assertTrue(lacks.contains("snap install microk8s --classic --channel=1.34/stable"), lacks);
        assertEquals(Cluster.State.ABSENT, cluster(fedora).state());
    }

    @Test
    void anOldOneAndAnotherVersionThanAskedForAreLacks() throws Exception {
        machine.file("snap/microk8s/current/meta/snap.yaml", "version: v1.18.20\n");
        assertTrue(cluster.lacks().toString().contains("too old"));
        machine.file("snap/microk8s/current/meta/snap.yaml", "version: 'v1.33.4'\n");
        assertTrue(cluster.lacks().toString().contains("asks for 1.34"));
    }

    @Test
    void oneThatOthersStartedIsNotRemoved() throws Exception {
        machine.is("running");
        assertThrows(ClusterException.class, () -> cluster.destroy(machine.events::add));
        assertTrue(machine.calls().stream().noneMatch(call -> call.startsWith("snap")));
        Files.createDirectories(machine.home.resolve("clusters/mill"));
        Files.writeString(machine.home.resolve("clusters/mill/provider"), "microk8s\n");
        cluster.destroy(machine.events::add);
        assertTrue(machine.calls().contains("snap remove --purge microk8s"), machine.calls().toString());
    }

    @Test
    void imagesAreImportedAndLookedFor() throws Exception {
        Cluster.ImageLoader loader = cluster.imageLoader().orElseThrow();
        assertEquals(false, loader.has("datamill/web:1"));
        loader.load("datamill/web:1", machine.home.resolve("web.tar"), machine.events::add);
        assertTrue(loader.has("datamill/web:1"));
    }
}
