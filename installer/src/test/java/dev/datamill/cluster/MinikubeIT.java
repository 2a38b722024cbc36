package dev.datamill.cluster;

import dev.datamill.process.SystemProcesses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** With the real minikube, where it is installed: a profile of its own, gone afterwards. */
class MinikubeIT {

    @Test
    void aClusterLivesThroughStartHaltAndDestroy(@TempDir Path home) throws Exception {
        Cluster cluster = new MinikubeCluster(ScriptedMachine.target("provider: minikube\nname: datamill-it\ncpus: 2\nmemory: 3g\nvm_driver: docker\naddons: [metrics-server]\n"),
                home, new SystemProcesses(System.getenv()));
        RealToolLife.orSkip(cluster, "MinikubeIT");
        assertEquals(Cluster.State.ABSENT, cluster.state(), "a profile datamill-it is left over; remove it with 'minikube delete -p datamill-it'");
        try {
            RealToolLife.startsTwiceAndHalts(cluster);
        } finally {
            cluster.destroy(event -> {
            });
        }
        assertEquals(Cluster.State.ABSENT, cluster.state());
    }
}
