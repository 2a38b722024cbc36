package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DebugPodTest {

    private static final Plan PLAN = new Plan("test", "ns", Optional.empty(), List.of(), List.of(), List.of(), Map.of("toolbox", "here/toolbox:1"));

    @Test
    void thePodIsMarkedHasADeadlineAndNoTokenForTheCluster() {
        Resource pod = DebugPod.pod("debug-1", PLAN, Map.of("KEY", new EnvValue.FromSecret("user-s3", "k")), List.of("pull"));
        assertEquals("true", pod.label("datamill.dev/debug"));
        assertEquals("datamill", pod.label("app.kubernetes.io/managed-by"));
        assertTrue(pod.number("spec", "activeDeadlineSeconds") > 0);
        assertEquals(Optional.of(false), pod.at("spec", "automountServiceAccountToken"));
        assertEquals(Optional.of(false), pod.at("spec", "enableServiceLinks"), "KAFKA_PORT is no setting of ours");
        Resource container = pod.items("spec", "containers").get(0);
        assertEquals("here/toolbox:1", container.text("image"));
        assertEquals("user-s3", container.items("env").get(0).text("valueFrom", "secretKeyRef", "name"));
    }

    @Test
    void whoClosesItTakesItAwayAndInAnEmptyNamespaceNothingIsPromised() throws Exception {
        EndingPods kube = new EndingPods(pod -> new EndingPods.End(null, ""));
        try (DebugPod pod = DebugPod.make(kube, PLAN, List.of())) {
            assertEquals(List.of(), kube.deleted, pod.name());
        }
        assertEquals(List.of("Pod/" + kube.madeOf("Pod").get(0).name()), kube.deleted);
        assertEquals(Map.of("POD_NAMESPACE", new EnvValue.Text("ns")), DebugPod.environment(kube, PLAN));
    }
}
