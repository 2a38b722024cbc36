package dev.datamill.run;

import dev.datamill.config.PlainYaml;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CausesTest {

    @Test
    void aRegistryNameThatDoesNotResolveEndsTheWaitWithTheRegistrysWords() {
        Cause cause = pod("containerStatuses: [{name: app, state: {waiting: {reason: ErrImagePull, message: "
                + "'rpc error: code = Unknown desc = failed to pull: dial tcp: lookup no.such.registry: no such host'}}}]");
        assertEquals(Cause.Name.IMAGE, cause.name());
        assertTrue(cause.terminal());
        assertEquals("failed to pull: dial tcp: lookup no.such.registry: no such host", cause.evidence());
        assertTrue(cause.advice().contains("does not resolve"), cause.advice());
    }

    @Test
    void aRegistryThatIsBusyIsNamedButMayBeBetterTheNextTime() {
        Cause cause = pod("containerStatuses: [{name: app, state: {waiting: {reason: ErrImagePull, message: 'toomanyrequests: slow down'}}}]");
        assertEquals(Cause.Name.IMAGE, cause.name());
        assertFalse(cause.terminal());
    }

    @Test
    void aCrashLoopShowsTheLastWordsOnceItIsNoAccident() {
        look.logs = "cannot open the vault: no such key\n";
        String often = "containerStatuses: [{name: app, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 3, reason: Error}}}]";
        Cause cause = pod(often);
        assertEquals(Cause.Name.CRASH, cause.name());
        assertTrue(cause.terminal());
        assertTrue(cause.evidence().contains("cannot open the vault: no such key"), cause.evidence());
        assertFalse(pod(often.replace("restartCount: 3", "restartCount: 1")).terminal());
    }

    @Test
    void aContainerKilledForItsMemoryIsToldWithItsLimit() {
        Cause cause = pod("containerStatuses: [{name: app, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]");
        assertEquals(Cause.Name.OUT_OF_MEMORY, cause.name());
        assertTrue(cause.evidence().contains("64Mi"), cause.evidence());
        assertTrue(cause.terminal());
    }

    @Test
    void whatIsMissingForAPodThatFitsNowhereIsCounted() {
        look.put(Kind.NODE, "{kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: '2', memory: 4Gi}}}");
        look.everywhere.add(resource("{metadata: {name: other}, spec: {nodeName: n1, containers: [{resources: {requests: {cpu: 1500m}}}]}, status: {phase: Running}}"));
        Cause cause = pod("conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available: 1 Insufficient cpu.'}]");
        assertEquals(Cause.Name.NO_ROOM, cause.name());
        assertEquals("it asks for 4 CPU, the most that is free is 0.5 CPU on node n1, so 3.5 CPU are missing", cause.evidence());
        assertTrue(cause.terminal());
    }

    @Test
    void whatMayYetComeIsGivenTheTimeToCome() {
        look.now = Instant.parse("2026-01-01T00:00:05Z");
        String missing = "containerStatuses: [{name: app, state: {waiting: {reason: CreateContainerConfigError, message: 'secret \"keys\" not found'}}}]";
        assertFalse(pod(missing).terminal());
        look.now = Instant.parse("2026-01-01T00:01:00Z");
        Cause cause = pod(missing);
        assertEquals(Cause.Name.MISSING_SECRET, cause.name());
        assertTrue(cause.terminal());
        assertTrue(cause.what().contains("Secret keys"), cause.what());
    }

    @Test
    void aMissingConfigMapIsFoundInTheEventOfTheMount() {
        look.event("pod-uid", "FailedMount", "MountVolume.SetUp failed for volume \"x\" : configmap \"rules\" not found");
        Cause cause = pod("phase: Pending");
        assertEquals(Cause.Name.MISSING_CONFIG_MAP, cause.name());
        assertTrue(cause.what().contains("ConfigMap rules"), cause.what());
    }

    @Test
    void aFailingProbeSaysWhatItAnswered() {
        look.event("pod-uid", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
        Cause cause = pod("phase: Running");
        assertEquals(Cause.Name.PROBE, cause.name());
        assertEquals("it answered: HTTP probe failed with statuscode: 503", cause.evidence());
        assertFalse(cause.terminal());
    }

    @Test
    void aClaimWithoutAnyDefaultClassEndsTheWait() {
        look.put(Kind.STORAGE_CLASS, "{kind: StorageClass, metadata: {name: slow}}");
        Cause cause = causes().of(resource("{kind: PersistentVolumeClaim, metadata: {name: data, uid: c}, spec: {resources: {requests: {storage: 5Gi}}}, status: {phase: Pending}}")).orElseThrow();
        assertEquals(Cause.Name.NO_STORAGE_CLASS, cause.name());
        assertTrue(cause.terminal());
        assertTrue(cause.advice().contains("kubectl annotate storageclass slow"), cause.advice());
    }

    @Test
    void aClaimThatNamesAClassThatIsNotThereSaysWhichThereAre() {
        look.put(Kind.STORAGE_CLASS, "{kind: StorageClass, metadata: {name: standard}}");
        Cause cause = causes().of(resource("{kind: PersistentVolumeClaim, metadata: {name: data, uid: c}, spec: {storageClassName: fast}, status: {phase: Pending}}")).orElseThrow();
        assertEquals(Cause.Name.NO_STORAGE_CLASS, cause.name());
        assertEquals("there are: standard", cause.evidence());
    }

    @Test
    void aQuotaThatIsUsedUpEndsTheWait() {
        Cause cause = refused("pods \"x\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2");
        assertEquals(Cause.Name.QUOTA, cause.name());
        assertEquals("exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2", cause.evidence());
        assertTrue(cause.terminal());
    }

    @Test
    void aWebhookThatRefusesAndOneThatIsAwayAreToldApart() {
        assertTrue(refused("admission webhook \"no.example\" denied the request: no").terminal());
        Cause away = refused("Internal error occurred: failed calling webhook \"x\": no endpoints available");
        assertEquals(Cause.Name.WEBHOOK, away.name());
        assertFalse(away.terminal());
    }

    @Test
    void whatWasRefusedOnceAndMadeSinceIsNoCause() {
        look.event("set-uid", "FailedCreate", "exceeded quota: small");
        look.event("set-uid", "SuccessfulCreate", "created pod");
        assertEquals(Optional.empty(), causes().of(resource("{kind: StatefulSet, metadata: {name: s, uid: set-uid}}")));
    }

    @Test
    void aServiceWithoutAnAddressEndsTheWaitOnlyWhereNobodyHandsThemOut() {
        Resource service = resource("{kind: Service, metadata: {name: web, uid: s, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {type: LoadBalancer}}");
        Cause cause = causes().of(service).orElseThrow();
        assertEquals(Cause.Name.NO_ADDRESS, cause.name());
        assertTrue(cause.terminal());
        look.event("s", "EnsuringLoadBalancer", "Ensuring load balancer");
        assertFalse(causes().of(service).orElseThrow().terminal());
    }

    @Test
    void onlyThePodsOfTheNewestRevisionSpeakForADeployment() {
        look.put(Kind.REPLICA_SET, "{metadata: {name: old, uid: rs1, annotations: {deployment.kubernetes.io/revision: '1'}, ownerReferences: [{uid: d}]}}");
        look.put(Kind.REPLICA_SET, "{metadata: {name: new, uid: rs2, annotations: {deployment.kubernetes.io/revision: '2'}, ownerReferences: [{uid: d}]}}");
        look.put(Kind.POD, "{kind: Pod, metadata: {name: p1, uid: p1, ownerReferences: [{uid: rs1}]}, status: {containerStatuses: [{name: app, state: {waiting: {reason: InvalidImageName}}}]}}");
        assertEquals(Optional.empty(), causes().of(resource("{kind: Deployment, metadata: {name: d, uid: d}}")));
    }

    private final YamlLook look = new YamlLook();

    private Causes causes() {
        return new Causes(look, false);
    }

    private Cause refused(String words) {
        look.events.clear();
        look.event("set-uid", "FailedCreate", words);
        return causes().of(resource("{kind: StatefulSet, metadata: {name: s, uid: set-uid}}")).orElseThrow();
    }

    private Cause pod(String status) {
        return causes().of(resource("{kind: Pod, metadata: {name: app-0, namespace: ns, uid: pod-uid, creationTimestamp: '2026-01-01T00:00:00Z'}, "
                + "spec: {containers: [{name: app, image: 'no.such.registry/app:1', resources: {requests: {cpu: 4}, limits: {memory: 64Mi}}}]}, status: {" + status + "}}")).orElseThrow();
    }

    @SuppressWarnings("unchecked")
    static Resource resource(String yaml) {
        try {
            return new Resource((Map<String, Object>) PlainYaml.document(yaml));
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /** A namespace written down in YAML. */
    static final class YamlLook implements Look {
        final Map<Kind, List<Resource>> objects = new HashMap<>();
        final List<Resource> events = new ArrayList<>();
        final List<Resource> everywhere = new ArrayList<>();
        String logs = "";
        Instant now = Instant.parse("2026-01-01T00:10:00Z");

        void put(Kind kind, String yaml) {
            objects.computeIfAbsent(kind, k -> new ArrayList<>()).add(resource(yaml));
        }

        void event(String uid, String reason, String message) {
            events.add(resource("{}").with(uid, "involvedObject", "uid").with(reason, "reason").with(message, "message")
                    .with("2026-01-01T00:00:%02dZ".formatted(events.size()), "lastTimestamp"));
        }

        @Override
        public List<Resource> list(Kind kind) {
            return kind.equals(Kind.EVENT) ? events : objects.getOrDefault(kind, List.of());
        }

        @Override
        public Optional<Resource> get(Kind kind, String name) {
            return list(kind).stream().filter(r -> r.name().equals(name)).findFirst();
        }

        @Override
        public List<Resource> podsEverywhere() {
            return everywhere;
        }

        @Override
        public String lastLines(String pod, String container, boolean previous) {
            return logs;
        }

        @Override
        public Instant now() {
            return now;
        }
    }
}
