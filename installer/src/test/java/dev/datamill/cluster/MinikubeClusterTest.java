package dev.datamill.cluster;

import dev.datamill.event.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Against a script that answers as minikube is documented to, in each state. */
class MinikubeClusterTest {

    private static final String TARGET = "provider: minikube\nname: mill\nkubernetes_version: \"1.34\"\ncpus: 4\nmemory: 8g\nstorage: 40g\nvm_driver: docker\naddons: [metrics-server]\n";
    private static final String MINIKUBE = """
            case "$1" in
            version) echo '{"commit":"65318f","minikubeVersion":"'$(cat $S/version 2>/dev/null || echo v1.37.0)'"}' ;;
            status)
              if [ -e $S/forbidden ]; then
                echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.error","data":{"advice":"","exitcode":"37","message":"open config.json: permission denied","name":"HOST_HOME_PERMISSION"}}'; exit 37
              fi
              if [ ! -e $S/made ]; then echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.step","data":{"message":"Profil nicht gefunden"}}'; exit 85; fi
              if [ -e $S/gone ]; then echo '{"Name":"mill","Host":"Nonexistent","Kubelet":"Nonexistent","APIServer":"Nonexistent","Kubeconfig":"Nonexistent","Worker":false}'; exit 7; fi
              if [ -e $S/sick ]; then echo '{"Name":"mill","Host":"Running","Kubelet":"Running","APIServer":"Stopped","Kubeconfig":"Configured","Worker":false}'; exit 2; fi
              if [ -e $S/running ]; then echo '{"Name":"mill","Host":"Running","Kubelet":"Running","APIServer":"Running","Kubeconfig":"Misconfigured","Worker":false}'; exit 4; fi
              echo '{"Name":"mill","Host":"Stopped","Kubelet":"Stopped","APIServer":"Stopped","Kubeconfig":"Stopped","Worker":false}'; exit 7 ;;
            start)
              touch $S/made
              echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.step","data":{"currentstep":"3","message":"Starting the node","name":"Starting Node","totalsteps":"19"}}'
              if [ -e $S/failing ]; then
                echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.error","data":{"advice":"free some disk","exitcode":"70","message":"Docker is out of disk space","name":"RSRC_DOCKER_STORAGE"}}'; exit 26
              fi
              echo context > "$KUBECONFIG"; [ -e $S/liar ] || touch $S/running ;;
            stop) rm -f $S/running ;;
            delete) rm -f $S/made $S/running ;;
            update-context) echo "apiVersion: v1" > "$KUBECONFIG" ;;
            addons)
              if [ "$2" = enable ]; then [ -e $S/addonliar ] || touch $S/addon; exit 0; fi
              echo '{"metrics-server":{"Profile":"mill","Status":"'$([ -e $S/addon ] && echo enabled || echo disabled)'"}}' ;;
            image)
              if [ "$2" = load ]; then [ -e $S/imageliar ] || touch $S/image; exit 0; fi
              if [ -e $S/image ]; then echo '[{"id":"a1","repoDigests":[],"repoTags":["docker.io/datamill/web:1"],"size":"1"}]'; else echo '[]'; fi ;;
            esac""";

    private ScriptedMachine machine;
    private MinikubeCluster cluster;

    @BeforeEach
    void aMachine(@TempDir Path folder) throws Exception {
        machine = new ScriptedMachine(folder).program("minikube", MINIKUBE).program("docker", "echo 27.0").program("id", "echo 1000").file("etc/os-release", "ID=ubuntu\nID_LIKE=debian\n");
        cluster = cluster(TARGET);
    }

    private MinikubeCluster cluster(String target) {
        return new MinikubeCluster(ScriptedMachine.target(target), machine.home, machine.processes, machine.host());
    }

    private ClusterException fails() {
        return assertThrows(ClusterException.class, () -> cluster.start(machine.events::add));
    }

    @Test
    void everyStateIsReadFromTheJsonAndNotFromTheStatusAlone() throws Exception {
        assertEquals(Cluster.State.ABSENT, cluster.state());
        machine.is("made");
        assertEquals(Cluster.State.HALTED, cluster.state());
        machine.is("running");
        assertEquals(Cluster.State.RUNNING, cluster.state(), "a kubeconfig that is not the user's is no fault");
        machine.is("sick");
        assertEquals(Cluster.State.BROKEN, cluster.state());
        machine.is("gone");
        assertEquals(Cluster.State.BROKEN, cluster.state());
        assertEquals("C", Files.readString(machine.state.resolve("locale")).strip());
    }

    @Test
    void whatTheTargetSaysBecomesArguments() throws Exception {
        cluster.start(machine.events::add);
        String start = machine.calls().stream().filter(call -> call.startsWith("minikube start")).findFirst().orElseThrow();
        for (String wanted : List.of("-p mill", "--cpus=4", "--memory=8192m", "--disk-size=40960m", "--driver=docker", "--kubernetes-version=v1.34", "--interactive=false")) {
            assertTrue(start.contains(wanted), wanted + " in " + start);
        }
        assertTrue(machine.calls().contains("minikube addons enable metrics-server -p mill"));
        assertTrue(machine.events.stream().anyMatch(event -> event instanceof Event.Progress said && said.message().equals("Starting the node")), machine.events.toString());
        assertEquals(Cluster.State.RUNNING, cluster.state());
    }

    @Test
    void theKubeconfigIsOursAndPrivate() throws Exception {
        cluster.start(machine.events::add);
        Path file = cluster.kubeconfig();
        assertEquals(machine.home.resolve("clusters/mill/kubeconfig"), file);
        assertEquals("rw-------", machine.mode(file));
        assertEquals("rwx------", machine.mode(file.getParent()));
        assertFalse(Files.exists(machine.home.getParent().resolve(".kube")));
    }

    @Test
    void aStartThatFailsHalfWaySaysMinikubesReasonAndCanBeRepeated() throws Exception {
        machine.is("failing");
        ClusterException no = fails();
        assertTrue(no.getMessage().contains("Docker is out of disk space"), no.getMessage());
        assertEquals("free some disk", no.remedy());
        assertEquals(1, machine.events.stream().filter(Event.Failed.class::isInstance).count());
        machine.isNot("failing");
        cluster.start(machine.events::add);
        assertEquals(Cluster.State.RUNNING, cluster.state());
    }

    @Test
    void goodWordsWithoutDeedsAreNotBelieved() throws Exception {
        machine.is("liar");
        assertTrue(fails().getMessage().contains("does not run"));
        machine.isNot("liar").is("addonliar");
        assertTrue(fails().getMessage().contains("metrics-server"));
        machine.is("imageliar");
        Cluster.ImageLoader loader = cluster.imageLoader().orElseThrow();
        assertThrows(ClusterException.class, () -> loader.load("datamill/web:1", machine.home.resolve("web.tar"), machine.events::add));
        machine.isNot("imageliar");
        loader.load("datamill/web:1", machine.home.resolve("web.tar"), machine.events::add);
        assertTrue(loader.has("docker.io/datamill/web:1"));
        assertFalse(loader.has("datamill/web:2"));
    }

    @Test
    void aMissingToolIsNamedWithTheCommandOfThisDistribution(@TempDir Path bare) throws Exception {
        for (var expected : List.of(List.of("ubuntu", "dpkg -i"), List.of("fedora", "rpm -Uvh"), List.of("arch", "pacman"), List.of("gentoo", "sudo install"))) {
            ScriptedMachine empty = new ScriptedMachine(bare.resolve(expected.get(0))).file("etc/os-release", "ID=" + expected.get(0) + "\n");
            List<Cluster.Lack> lacks = new MinikubeCluster(ScriptedMachine.target(TARGET), empty.home, empty.processes, empty.host()).lacks();
            assertEquals(1, lacks.size());
            assertTrue(lacks.get(0).remedy().contains(expected.get(1)), lacks.toString());
        }
    }

    @Test
    void anOldMinikubeADeafDockerAndRootAreSaidAtOnce() throws Exception {
        assertEquals(List.of(), cluster.lacks());
        Files.writeString(machine.state.resolve("version"), "v1.9.2");
        machine.program("docker", "echo 'Zugriff verweigert' >&2; exit 1").program("id", "echo 0");
        List<Cluster.Lack> lacks = cluster.lacks();
        assertEquals(3, lacks.size(), lacks.toString());
        assertTrue(lacks.get(0).what().contains("v1.9.2"));
    }

    @Test
    void aForbiddenHomeIsALackWithMinikubesOwnReason() throws Exception {
        machine.is("forbidden");
        assertTrue(cluster.lacks().toString().contains("permission denied"), cluster.lacks().toString());
    }

    @Test
    void aChangedFileIsNoticedWhileTheClusterRuns() throws Exception {
        cluster.start(machine.events::add);
        assertEquals(List.of(), cluster.changes());
        List<String> changes = cluster(TARGET.replace("cpus: 4", "cpus: 8")).changes();
        assertEquals(1, changes.size(), changes.toString());
        assertTrue(changes.get(0).contains("cpus: 8") && changes.get(0).contains("made with 4"), changes.toString());
    }

    @Test
    void haltAndDestroyAreHarmlessTwiceAndLeaveNothing() throws Exception {
        cluster.start(machine.events::add);
        cluster.halt(machine.events::add);
        cluster.halt(machine.events::add);
        assertEquals(Cluster.State.HALTED, cluster.state());
        assertThrows(ClusterException.class, cluster::kubeconfig);
        cluster.destroy(machine.events::add);
        cluster.destroy(machine.events::add);
        assertEquals(Cluster.State.ABSENT, cluster.state());
        assertFalse(Files.exists(machine.home.resolve("clusters/mill")));
        assertEquals(1, machine.calls().stream().filter(call -> call.startsWith("minikube stop")).count());
        assertEquals(1, machine.calls().stream().filter(call -> call.startsWith("minikube delete")).count());
    }
}
