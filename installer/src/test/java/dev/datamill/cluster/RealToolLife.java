package dev.datamill.cluster;

import dev.datamill.event.Event;
import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The life of a cluster with the real tool, as both suites go through it. */
final class RealToolLife {

    private RealToolLife() {
    }

    /** Skips, with the reason and the way out, where the tool cannot make a cluster. */
    static void orSkip(Cluster cluster, String suite) throws Exception {
        List<Cluster.Lack> lacks = cluster.lacks();
        String reason = "SKIPPED: the " + cluster.shown() + " cannot run here: " + lacks + "; mend this, then: mvn -pl installer verify -Dit.test=" + suite;
        if (!lacks.isEmpty()) System.err.println(reason);
        Assumptions.assumeTrue(lacks.isEmpty(), reason);
    }

    static void startsTwiceAndHalts(Cluster cluster) throws Exception {
        List<Event> events = new ArrayList<>();
        cluster.start(events::add);
        assertEquals(Cluster.State.RUNNING, cluster.state(), events::toString);
        Path kubeconfig = cluster.kubeconfig();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kubeconfig)));
        cluster.start(events::add);
        assertEquals(List.of(), cluster.changes());
        cluster.halt(events::add);
        assertEquals(Cluster.State.HALTED, cluster.state(), events::toString);
    }
}
