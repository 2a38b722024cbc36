package dev.datamill.cluster;

import dev.datamill.process.SystemProcesses;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** With the real MicroK8s, where it is installed and halted: one that runs may be at work for somebody. */
class MicroK8sIT {

    @Test
    void itStartsAndHalts(@TempDir Path home) throws Exception {
        Cluster cluster = new MicroK8sCluster(ScriptedMachine.target("provider: microk8s\nname: datamill-it\n"), home, new SystemProcesses(System.getenv()));
        RealToolLife.orSkip(cluster, "MicroK8sIT");
        Assumptions.assumeTrue(cluster.state() == Cluster.State.HALTED, "SKIPPED: MicroK8s runs, and this suite halts it; 'microk8s stop', then: mvn -pl installer verify -Dit.test=MicroK8sIT");
        RealToolLife.startsTwiceAndHalts(cluster);
    }
}
