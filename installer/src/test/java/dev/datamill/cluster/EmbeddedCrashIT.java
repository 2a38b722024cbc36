package dev.datamill.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The embedded cluster when its processes are killed, one by one and all at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedCrashIT {

    private EmbeddedLab lab;

    @BeforeAll
    void aClusterWithData() throws Exception {
        lab = EmbeddedLab.orSkip("it-crash");
        lab.start();
        lab.loadProbe();
        try (KubernetesClient client = lab.client()) {
            EmbeddedLab.apply(client, "web.yaml");
            ready(client);
            EmbeddedLab.exec(client, web(client), "/probe", "write", "/data/note", "kept");
        }
    }

    @AfterAll
    void gone() throws Exception {
        if (lab != null) lab.destroy();
    }

    private static void ready(KubernetesClient client) throws Exception {
        EmbeddedLab.until("a pod serves", Duration.ofSeconds(120), () ->
                EmbeddedLab.exec(client, web(client), "/probe", "get", "http://web").strip().equals("hello from a pod"));
    }

    private static Pod web(KubernetesClient client) {
        return client.pods().inNamespace("default").withLabel("app", "web").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null).findFirst().orElseThrow();
    }

    private void dataAreThere() throws Exception {
        try (KubernetesClient client = lab.client()) {
            ready(client);
            assertEquals("kept", EmbeddedLab.exec(client, web(client), "/probe", "read", "/data/note").strip());
        }
    }

    @Test
    void eachProcessThatIsKilledIsBroughtBack() throws Exception {
        lab.start();
        Set<String> names = new TreeSet<>(lab.components().keySet());
        assertTrue(names.containsAll(Set.of("containerd", "etcd", "kube-apiserver", "kubelet", "kube-proxy", "dns", "storage", "kube-scheduler", "kube-controller-manager")), names.toString());
        for (String name : names) {
            Object killed = lab.components().get(name);
            lab.kill(killed);
            EmbeddedLab.until(name + " runs again", Duration.ofSeconds(30), () -> {
                Object now = lab.components().get(name);
                return now != null && !now.equals(0) && !now.equals(killed);
            });
            dataAreThere();
        }
    }

    @Test
    void theWatchdogBringsTheWholeNodeBack() throws Exception {
        lab.start();
        Object killed = lab.status().get("node");
        lab.kill(killed);
        EmbeddedLab.until("the node runs again", Duration.ofSeconds(60), () -> lab.cluster.state() == Cluster.State.RUNNING && !lab.status().get("node").equals(killed));
        dataAreThere();
    }

    @Test
    void withoutItsWatchdogNothingLivesOnAndTheNextStartBringsItBack() throws Exception {
        lab.start();
        lab.kill(lab.status().get("watchdog"));
        EmbeddedLab.until("nothing runs", Duration.ofSeconds(10), () -> lab.root("", "ps", "-eo", "args").lines().noneMatch(line -> line.contains(lab.folder.toString())));
        assertEquals(Cluster.State.HALTED, lab.cluster.state());
        lab.start();
        dataAreThere();
    }

    /** Everything dies at once, at a random moment of starting, running and halting. */
    @Test
    void powerCutsLoseNothing() throws Exception {
        long seed = Long.getLong("datamill.seed", System.nanoTime());
        int cuts = Integer.getInteger("datamill.powercuts", 3);
        System.out.println("power cuts: " + cuts + ", seed " + seed + " (again with -Ddatamill.seed=" + seed + ")");
        Random random = new Random(seed);
        lab.start();
        for (int cut = 0; cut < cuts; cut++) {
            String when = List.of("start", "run", "halt").get(cut % 3);
            if (when.equals("start")) lab.halt();
            else lab.start();
            CompletableFuture<Void> work = when.equals("run") ? CompletableFuture.completedFuture(null) : CompletableFuture.runAsync(() -> {
                try {
                    if (when.equals("start")) lab.start();
                    else lab.halt();
                } catch (Exception cutOff) {
                    // that is what a power cut does
                }
            });
            new CountDownLatch(1).await(random.nextInt(when.equals("halt") ? 1500 : 6000), TimeUnit.MILLISECONDS);
            cutPower();
            work.get(60, TimeUnit.SECONDS);
            cutPower(); // what that start may have begun since
            lab.start();
            dataAreThere();
        }
    }

    /** The kernel ends the rest with the node's first process; the machine's side stays as it was. */
    private void cutPower() throws Exception {
        lab.root("", "sh", "-c", "kill -9 $(ps -eo pid,args | grep -F '" + lab.folder + "' | grep -E 'datamill-node (supervise|inside|start|halt)|/proc/self/exe' | grep -v grep | awk '{print $1}') 2>/dev/null || true");
    }
}
