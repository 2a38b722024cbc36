package dev.datamill.cluster;

import dev.datamill.target.Target;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which cluster 'auto' means. */
class ClustersTest {

    private static final String MICROK8S = "printf 'microk8s:\\n  running: %s\\n' $([ -e $S/micro ] && echo True || echo False)";
    private static final String MINIKUBE = "[ -e $S/mini ] || exit 85; echo '{\"Name\":\"mill\",\"Host\":\"Running\",\"Kubelet\":\"Running\",\"APIServer\":\"Running\"}'";
    private final Target auto = ScriptedMachine.target("provider: auto\nname: mill\n");
    private ScriptedMachine machine;
    private Clusters clusters;

    @BeforeEach
    void aMachine(@TempDir Path folder) throws Exception {
        machine = new ScriptedMachine(folder).program("microk8s", MICROK8S).program("minikube", MINIKUBE);
        clusters = new Clusters(machine.root, machine.home, Map.of(), machine.processes, false);
    }

    private String chosen() throws Exception {
        Clusters.Chosen chosen = clusters.of(auto).orElseThrow();
        assertFalse(chosen.why().isEmpty(), "it says why");
        return chosen.cluster().provider();
    }

    @Test
    void aRunningMicroK8sWinsOverARunningMinikube() throws Exception {
        machine.is("mini").is("micro");
        assertEquals("microk8s", chosen());
        machine.isNot("micro");
        assertEquals("minikube", chosen());
    }

    @Test
    void withNothingRunningItIsTheEmbeddedOne() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").startsWith("Linux"), "SKIPPED: the embedded cluster runs on Linux; there: mvn -pl installer test -Dtest=ClustersTest");
        assertEquals("embedded", chosen());
    }

    @Test
    void theOneThatWasMadeBeforeStaysTheOne() throws Exception {
        machine.is("mini");
        clusters.record(auto, clusters.of(auto).orElseThrow().cluster());
        machine.is("micro");
        assertEquals("minikube", chosen());
        assertEquals("it was made before under this name", clusters.of(auto).orElseThrow().why());
    }

    @Test
    void aMicroK8sThatCannotBeAskedIsNotTaken() throws Exception {
        machine.is("mini").program("microk8s", "echo denied >&2; exit 1");
        assertEquals("minikube", chosen());
    }

    @Test
    void anExistingClusterIsNotOursToManage() throws Exception {
        assertTrue(clusters.of(ScriptedMachine.target("provider: existing\nkubeconfig: some\ncontext: theirs\n")).isEmpty());
    }
}
