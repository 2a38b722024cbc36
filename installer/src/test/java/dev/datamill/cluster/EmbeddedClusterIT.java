package dev.datamill.cluster;

import dev.datamill.event.Event;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The embedded cluster with real pods. The tests go through one life of a cluster, so they have an order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedClusterIT {

    private EmbeddedLab lab;
    private KubernetesClient client;

    @BeforeAll
    void aClusterWithPods() throws Exception {
        lab = EmbeddedLab.orSkip("it-life");
        lab.start();
        client = lab.client();
        lab.loadProbe();
        EmbeddedLab.apply(client, "web.yaml");
        podsAreReady();
    }

    @AfterAll
    void gone() throws Exception {
        if (client != null) client.close();
        if (lab != null) lab.destroy();
    }

    private void podsAreReady() {
        client.apps().deployments().inNamespace("default").withName("web").waitUntilCondition(d -> d != null && d.getStatus() != null
                && Integer.valueOf(1).equals(d.getStatus().getAvailableReplicas()) && d.getStatus().getUnavailableReplicas() == null, 90, TimeUnit.SECONDS);
        client.pods().inNamespace("default").withName("other").waitUntilReady(90, TimeUnit.SECONDS);
    }

    private Pod web() {
        return client.pods().inNamespace("default").withLabel("app", "web").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null).findFirst().orElseThrow();
    }

    private Pod other() {
        return client.pods().inNamespace("default").withName("other").get();
    }

    @Test
    @Order(1)
    void startingARunningClusterDoesNothing() throws Exception {
        Object before = lab.status().get("watchdog");
        List<String> said = lab.start();
        assertEquals(before, lab.status().get("watchdog"));
        assertTrue(said.get(said.size() - 1).contains("UNCHANGED"), said.toString());
        assertEquals(Cluster.State.RUNNING, lab.cluster.state());
    }

    @Test
    @Order(2)
    void aPodReachesAServiceByItsName() throws Exception {
        answers(other(), "http://web");
        answers(other(), "http://web.default.svc.cluster.local");
        String kubernetes = EmbeddedLab.exec(client, other(), "/probe", "lookup", "kubernetes.default.svc.cluster.local");
        assertTrue(kubernetes.contains(client.services().inNamespace("default").withName("kubernetes").get().getSpec().getClusterIP()), kubernetes);
    }

    @Test
    @Order(2)
    void aPodReachesItselfThroughItsService() throws Exception {
        answers(web(), "http://web");
    }

    private void answers(Pod pod, String url) throws Exception {
        EmbeddedLab.until(url + " answers", Duration.ofSeconds(30),
                () -> "hello from a pod".equals(EmbeddedLab.exec(client, pod, "/probe", "get", url).strip()));
    }

    @Test
    @Order(2)
    void logsAndPortForwardWork() throws Exception {
        assertEquals("serving", client.pods().resource(web()).getLog().strip());
        try (LocalPortForward forward = client.pods().resource(web()).portForward(8080)) {
            assertEquals("hello from a pod", get("http://127.0.0.1:" + forward.getLocalPort()).body().strip());
        }
    }

    @Test
    @Order(2)
    void aNodePortAnswersAtTheNodesAddress() throws Exception {
        int port = client.services().inNamespace("default").withName("web").get().getSpec().getPorts().get(0).getNodePort();
        // A Service answers once kube-proxy has written its rules, which is soon after its pods are ready.
        EmbeddedLab.until("the NodePort answers", Duration.ofSeconds(30),
                () -> "hello from a pod".equals(get("http://" + lab.nodeAddress() + ":" + port).body().strip()));
    }

    @Test
    @Order(2)
    void topKnowsTheNodeAndThePods() throws Exception {
        EmbeddedLab.until("metrics of the node", Duration.ofSeconds(60), () -> client.top().nodes().metrics().getItems().stream()
                .anyMatch(node -> Quantity.getAmountInBytes(node.getUsage().get("memory")).signum() > 0));
        EmbeddedLab.until("metrics of a pod", Duration.ofSeconds(60), () -> client.top().pods().metrics("default").getItems().stream()
                .anyMatch(pod -> pod.getMetadata().getName().startsWith("web-") && pod.getContainers().size() == 1));
        String selected = client.raw("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dweb");
        assertTrue(selected.contains("\"web-") && !selected.contains("\"other\""), selected);
    }

    @Test
    @Order(2)
    void podsGetWhatTheTargetGivesThemAndNoMore() {
        Map<String, Quantity> allocatable = client.nodes().list().getItems().get(0).getStatus().getAllocatable();
        assertEquals(new BigDecimal(1), allocatable.get("cpu").getNumericalAmount().stripTrailingZeros());
        assertEquals(BigDecimal.valueOf(2L << 30), Quantity.getAmountInBytes(allocatable.get("memory")));
    }

    @Test
    @Order(2)
    void nothingListensButOnLoopbackAndTheNodesOwnAddress() throws Exception {
        String node = lab.nodeAddress();
        int nodePort = client.services().inNamespace("default").withName("web").get().getSpec().getPorts().get(0).getNodePort();
        Set<String> open = new TreeSet<>();
        for (String line : lab.inside("ss", "-Hlntu").lines().toList()) {
            String local = line.trim().split("\\s+")[4];
            assertTrue(local.startsWith(node + ":") || local.startsWith("127.0.0.1:") || local.startsWith("[::1]:"), line);
            if (local.startsWith(node + ":")) open.add(local.substring(local.lastIndexOf(':') + 1));
        }
        assertEquals(new TreeSet<>(Set.of("53", "4443", "6443", "10250")), open, "a NodePort, such as " + nodePort + ", needs no listener");
        assertFalse(lab.root("", "ss", "-Hlntup").contains("datamill"), "the node's processes listen in the machine's own network");
    }

    @Test
    @Order(2)
    void whatListensAsksForCredentials() throws Exception {
        String node = lab.nodeAddress();
        for (String url : List.of("https://" + node + ":6443/api/v1/secrets", "https://" + node + ":6443/version", "https://" + node + ":10250/pods")) {
            assertEquals("401", lab.root("", "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5", url).strip(), url);
        }
        assertThrows(AssertionError.class, () -> lab.root("", "curl", "-sk", "--max-time", "5", "https://" + node + ":4443/apis/metrics.k8s.io/v1beta1/pods"));
        for (int port : List.of(10257, 10259)) {
            String code = lab.inside("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5", "https://127.0.0.1:" + port + "/metrics").strip();
            assertTrue(Set.of("401", "403").contains(code), port + " answers " + code);
        }
    }

    @Test
    @Order(2)
    void keysAndTheStoreAreForTheirOwnerAlone() throws Exception {
        assertEquals("", lab.root("", "find", lab.folder + "/node/pki", "-type", "f", "-not", "-perm", "600"));
        assertEquals("drwx------", lab.root("", "stat", "-c", "%A", lab.folder + "/node").strip());
        assertEquals("drwx------", lab.root("", "sh", "-c", "stat -c %A /run/datamill/it-life-*").strip());
        assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(lab.cluster.kubeconfig()));
    }

    @Test
    @Order(3)
    void aDeletedClaimFreesItsFolderAndARetainedOneDoesNot() throws Exception {
        for (String policy : List.of("Delete", "Retain")) {
            String name = "claim-" + policy.toLowerCase();
            client.load(new java.io.ByteArrayInputStream(claimAndPod(name).getBytes())).inNamespace("default").create();
            client.pods().inNamespace("default").withName(name).waitUntilReady(60, TimeUnit.SECONDS);
            String volume = client.persistentVolumeClaims().inNamespace("default").withName(name).get().getSpec().getVolumeName();
            client.persistentVolumes().withName(volume).edit(pv -> {
                pv.getSpec().setPersistentVolumeReclaimPolicy(policy);
                return pv;
            });
            assertEquals(1, folders(volume));
            client.pods().inNamespace("default").withName(name).withGracePeriod(0).delete();
            client.persistentVolumeClaims().inNamespace("default").withName(name).delete();
            if (policy.equals("Delete")) {
                EmbeddedLab.until("the folder of " + volume + " is gone", Duration.ofSeconds(60), () -> folders(volume) == 0);
            } else {
                client.persistentVolumes().withName(volume).waitUntilCondition(pv -> "Released".equals(phase(pv)), 60, TimeUnit.SECONDS);
                assertEquals(1, folders(volume));
            }
        }
    }

    private static String phase(PersistentVolume pv) {
        return pv == null || pv.getStatus() == null ? "" : pv.getStatus().getPhase();
    }

    private static String claimAndPod(String name) {
        return """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: NAME}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME}
                spec:
                  containers: [{name: main, image: "datamill.dev/probe:1", imagePullPolicy: IfNotPresent, volumeMounts: [{name: d, mountPath: /data}]}]
                  volumes: [{name: d, persistentVolumeClaim: {claimName: NAME}}]
                """.replace("NAME", name);
    }

    private long folders(String volume) throws Exception {
        return lab.root("", "ls", lab.folder + "/node/volumes").lines().filter(line -> line.endsWith(volume)).count();
    }

    @Test
    @Order(4)
    void aRestartKeepsTheDataAndAHaltLeavesNothingRunning() throws Exception {
        EmbeddedLab.exec(client, web(), "/probe", "write", "/data/note", "kept");
        String veth = lab.status().get("interface").toString();
        lab.halt();
        assertEquals(Cluster.State.HALTED, lab.cluster.state());
        assertEquals(List.of(), lab.traces());
        assertFalse(lab.root("", "ip", "-br", "link").contains(veth));
        assertFalse(lab.root("", "iptables-save").contains("DATAMILL-" + veth.substring(2)));
        assertThrows(ClusterException.class, () -> lab.cluster.kubeconfig());

        // counted on the machine's end of the link, from before it is there: nothing for a pod or a service comes out of the node
        List<String> ranges = List.of("10.96.0.0/12", "10.240.0.0/12");
        for (String range : ranges) lab.root("", "iptables", "-w", "10", "-t", "raw", "-I", "PREROUTING", "-i", veth, "-d", range, "-j", "ACCEPT");
        try {
            lab.start();
            podsAreReady();
            // Until the kubelet has looked, the API still tells what the pods were before the halt.
            EmbeddedLab.until("the pod with its data is back", Duration.ofSeconds(60),
                    () -> "kept".equals(EmbeddedLab.exec(client, web(), "/probe", "read", "/data/note").strip()));
            String service = client.services().inNamespace("default").withName("kubernetes").get().getSpec().getClusterIP();
            for (String unused : List.of(service.replaceAll("\\d+$", "251"), "10.244.200.200")) {
                assertThrows(AssertionError.class, () -> lab.inside("curl", "-s", "--max-time", "3", "http://" + unused + "/"));
            }
            for (String range : ranges) assertEquals("0", packets(veth, range), "packets for " + range + " left the node");
            lab.inside("curl", "-s", "-o", "/dev/null", "--max-time", "5", "-k", "https://" + lab.nodeAddress() + ":6443/");
        } finally {
            for (String range : ranges) lab.root("", "iptables", "-w", "10", "-t", "raw", "-D", "PREROUTING", "-i", veth, "-d", range, "-j", "ACCEPT");
        }
    }

    private String packets(String veth, String range) throws Exception {
        var matcher = Pattern.compile("(?m)^\\[(\\d+):\\d+\\] -A PREROUTING -d " + Pattern.quote(range) + " -i " + veth + " -j ACCEPT").matcher(lab.root("", "iptables-save", "-c", "-t", "raw"));
        assertTrue(matcher.find(), "the counter is gone");
        return matcher.group(1);
    }

    @Test
    @Order(5)
    void twoClustersLiveSideBySide() throws Exception {
        EmbeddedLab second = new EmbeddedLab(Path.of("target", "embedded-it").toAbsolutePath(), "it-second");
        try {
            second.start();
            assertFalse(lab.nodeAddress().equals(second.nodeAddress()));
            try (KubernetesClient its = second.client()) {
                assertEquals(List.of(), its.pods().inNamespace("default").list().getItems());
            }
            assertEquals("hello from a pod", EmbeddedLab.exec(client, other(), "/probe", "get", "http://web").strip());
        } finally {
            second.destroy();
        }
        assertEquals("hello from a pod", EmbeddedLab.exec(client, other(), "/probe", "get", "http://web").strip(), "one cluster's end disturbs the other");
    }

    @Test
    @Order(6)
    void destroyLeavesNoFile() throws Exception {
        List<Event> events = new ArrayList<>();
        lab.cluster.destroy(events::add);
        assertFalse(Files.exists(lab.folder));
        assertEquals(List.of(), lab.traces());
        assertEquals(Cluster.State.ABSENT, lab.cluster.state());
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
