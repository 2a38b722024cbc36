package dev.datamill.run;

import dev.datamill.component.EnvValue;
import dev.datamill.component.Recipe;
import dev.datamill.config.Place;
import dev.datamill.event.Event;
import dev.datamill.event.Outcome;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(30)
class VerificationTest {

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final List<String> provided = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theImageComesFromThePlanAndTheFilesAreMounted() throws Exception {
        EndingPods kube = new EndingPods(pod -> new EndingPods.End(0, "fine"));
        Recipe.Check check = new Recipe.Check("reads", "tools", List.of("sh", "/verify/a.sh"), Map.of("WHO", new EnvValue.Text("me")),
                Duration.ofMinutes(1), false, Optional.of("reader"), Map.of("a.sh", "verify/a.sh"));
        verify(kube, component("user", Map.of(), check));
        Resource pod = kube.madeOf("Pod").get(0);
        Resource container = pod.items("spec", "containers").get(0);
        assertEquals("mirror.example/tools:1", container.text("image"));
        assertEquals("/verify", container.items("volumeMounts").get(0).text("mountPath"));
        assertEquals("reader", pod.text("spec", "serviceAccountName"));
        assertEquals("datamill", pod.label("app.kubernetes.io/managed-by"));
        assertEquals("user", pod.label("datamill.dev/component"));
        Resource files = kube.madeOf("ConfigMap").get(0);
        assertEquals("content of verify/a.sh", files.text("data", "a.sh"));
        assertEquals(Set.of("Pod/" + pod.name(), "ConfigMap/" + files.name()), Set.copyOf(kube.deleted));
        assertEquals(List.of("tools=mirror.example/tools:1"), provided);
    }

    @Test
    void anImageOfSomebodyElseIsTakenAsItIsWritten() throws Exception {
        EndingPods kube = new EndingPods(pod -> new EndingPods.End(0, ""));
        verify(kube, component("user", Map.of(), check("one", "example.org/other:2", false)));
        assertEquals("example.org/other:2", kube.madeOf("Pod").get(0).items("spec", "containers").get(0).text("image"));
        assertEquals(List.of(), provided);
    }

    @Test
    void aCheckWithAnAccountGetsItsOwnByReferenceAndNeverTheProviders() {
        Recipe.Check check = check("one", "tools", true);
        Plan.Planned user = component("user", Map.of(), check);
        Map<String, EnvValue> env = Verification.task(plan(user), user, check, Map.of(), Options.of("test")).env();
        assertEquals(new EnvValue.Text("http://lake:9000"), env.get("S3_ENDPOINT"));
        assertEquals(new EnvValue.Text("http://lake:9000"), env.get("AWS_ENDPOINT_URL_S3"));
        assertEquals(new EnvValue.FromSecret("user-s3", "AWS_SECRET_ACCESS_KEY"), env.get("AWS_SECRET_ACCESS_KEY"));
        assertEquals(new EnvValue.Text("ns"), env.get("POD_NAMESPACE"));
        assertFalse(env.containsKey("PGHOST"), "nobody gives jdbc");
        Plan.Planned stranger = component("stranger", Map.of(), check);
        assertFalse(Verification.task(plan(stranger), stranger, check, Map.of(), Options.of("test")).env().containsKey("AWS_SECRET_ACCESS_KEY"));
    }

    @Test
    void aFailureIsToldWithItsLastWordsButWithoutSecretsAndTheOtherChecksStillRun() throws Exception {
        EndingPods kube = new EndingPods(pod -> pod.items("spec", "containers").get(0).names("command").contains("bad")
                ? new EndingPods.End(3, "the key is sesame-open-wide\n") : new EndingPods.End(0, ""));
        kube.there.put("Secret/keys", Resource.of(Kind.SECRET, "ns", "keys").with(
                Map.of("password", Base64.getEncoder().encodeToString("sesame-open-wide".getBytes(StandardCharsets.UTF_8))), "data"));
        Recipe.Check bad = new Recipe.Check("bad", "tools", List.of("bad"), Map.of("KEY", new EnvValue.FromSecret("keys", "password")),
                Duration.ofMinutes(1), false, Optional.empty(), Map.of());
        List<Verification.Proof> proofs = verify(kube, component("a", Map.of(), bad, check("good", "tools", false)),
                component("b", Map.of(), check("good", "tools", false)));
        assertFalse(proofs.get(0).passed());
        Verification.Checked failed = proofs.get(0).checks().get(0);
        assertTrue(failed.message().startsWith("the key is ") && !failed.message().contains("sesame"), failed.message());
        assertTrue(proofs.get(0).checks().get(1).passed());
        assertTrue(proofs.get(1).passed());
        assertFalse(events.toString().contains("sesame"), events.toString());
        assertEquals(List.of("name", "passed", "seconds", "message"),
                List.copyOf(((Map<?, ?>) ((List<?>) proofs.get(0).json().get("checks")).get(0)).keySet()));
    }

    @Test
    void aCheckThatDoesNotEndIsAFailureAndItsPodIsRemoved() throws Exception {
        EndingPods kube = new EndingPods(pod -> new EndingPods.End(null, "still counting"));
        Recipe.Check endless = new Recipe.Check("endless", "tools", List.of("x"), Map.of(), Duration.ofMillis(50), false, Optional.empty(), Map.of());
        List<Verification.Proof> proofs = verify(kube, component("a", Map.of(), endless));
        assertTrue(proofs.get(0).checks().get(0).message().contains("still counting"), proofs.toString());
        assertEquals(List.of("Pod/" + kube.madeOf("Pod").get(0).name()), kube.deleted);
    }

    private List<Verification.Proof> verify(EndingPods kube, Plan.Planned... components) throws InterruptedException {
        ImageProvider images = (image, reference, progress) -> {
            provided.add(image + "=" + reference);
            return Outcome.UNCHANGED;
        };
        Verification.Files files = (component, check) -> {
            Map<String, String> content = new java.util.TreeMap<>(check.files());
            content.replaceAll((name, file) -> "content of " + file);
            return content;
        };
        return new Verification(new Verification.Doors(kube, images, files), new Redaction(), events::add)
                .of(plan(components), List.of(components), Options.of("test"));
    }

    private static Recipe.Check check(String name, String image, boolean account) {
        return new Recipe.Check(name, image, List.of("true"), Map.of(), Duration.ofMinutes(1), account, Optional.empty(), Map.of());
    }

    private static Plan plan(Plan.Planned... components) {
        List<Plan.Planned> all = new ArrayList<>(List.of(components));
        all.add(component("lake", Map.of("s3", Map.of("endpoint", "http://lake:9000", "region", "here", "secret", "root"))));
        Step account = new Step.EnsureAccount("user/account/s3", "user", "ns", "lake", "s3", "user-s3", "tools", List.of(), Map.of(), Map.of(), Set.of());
        return new Plan("test", "ns", Optional.empty(), all, List.of(account), List.of(), Map.of("tools", "mirror.example/tools:1"));
    }

    private static Plan.Planned component(String name, Map<String, Map<String, Object>> exports, Recipe.Check... checks) {
        Map<String, Recipe.AccountRule> accounts = exports.isEmpty() ? Map.of()
                : Map.of("s3", new Recipe.AccountRule(Map.of(), "tools", List.of(), Map.of()));
        Recipe recipe = new Recipe(name, "config.yaml", Place.of("config.yaml"), List.of(), List.of(), exports.keySet(), exports, "ns",
                Duration.ofMinutes(1), List.of(), List.of(), Map.of(), List.of(), List.of(), Map.of(), Recipe.Resources.NONE, List.of(),
                List.of(checks), Map.of(), accounts, Recipe.Uninstall.PLAIN);
        return new Plan.Planned(name, "config.yaml", "listed", Set.of(), Set.of(), List.of(), List.of(), List.of(), List.of(), recipe);
    }
}
