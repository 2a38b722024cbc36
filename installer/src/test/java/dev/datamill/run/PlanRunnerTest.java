package dev.datamill.run;

import dev.datamill.event.Event;
import dev.datamill.event.Outcome;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(30)
class PlanRunnerTest {

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

    @Test
    void aStepStartsWhenItsOwnNeedsAreDoneWhateverElseIsStillGoingOn() {
        CountDownLatch slowMayEnd = new CountDownLatch(1);
        StepWork work = (step, progress) -> {
            // The slow one ends only after the dependent of the quick one has run: a barrier between levels would hang here.
            if (step.id().equals("slow")) assertTrue(slowMayEnd.await(20, TimeUnit.SECONDS));
            if (step.id().equals("after-quick")) slowMayEnd.countDown();
            return Outcome.CREATED;
        };
        PlanRunner.Result result = run(work, ready("slow"), ready("quick"), ready("after-quick", "quick"));
        assertTrue(result.steps().values().stream().allMatch(done -> done.outcome() == Outcome.CREATED));
    }

    @Test
    void aFailureStopsItsDependentsOnlyAndSaysWhy() {
        StepWork work = (step, progress) -> {
            if (step.id().equals("b/x")) throw new StepFailed("it broke", "mend it");
            return Outcome.CREATED;
        };
        PlanRunner.Result result = run(work, ready("a/x"), ready("b/x"), ready("c/x", "b/x"), ready("d/x", "c/x"), ready("e/x", "a/x"));
        assertEquals(Outcome.FAILED, result.steps().get("b/x").outcome());
        assertEquals(Outcome.SKIPPED, result.steps().get("c/x").outcome());
        assertEquals("needs b, which failed", result.steps().get("d/x").message());
        assertEquals(Outcome.CREATED, result.steps().get("e/x").outcome());
    }

    @Test
    void helmIsCalledOneAtATimeWhileWaitsRunSideBySide() throws Exception {
        AtomicInteger inHelm = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier allWaiting = new CyclicBarrier(100);
        StepWork work = (step, progress) -> {
            if (step instanceof Step.ReleaseChart) {
                most.accumulateAndGet(inHelm.incrementAndGet(), Math::max);
                inHelm.decrementAndGet();
            } else {
                try {
                    // A hundred waits have to be open at once for any of them to end.
                    allWaiting.await(20, TimeUnit.SECONDS);
                } catch (Exception apart) {
                    throw new StepFailed("the waits did not run side by side", "");
                }
            }
            return Outcome.CREATED;
        };
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            steps.add(release("c" + i + "/release"));
            steps.add(ready("c" + i + "/ready", "c" + i + "/release"));
        }
        PlanRunner.Result result = run(work, steps.toArray(Step[]::new));
        assertEquals(1, most.get());
        assertTrue(result.steps().values().stream().allMatch(done -> done.outcome() == Outcome.CREATED));
    }

    @Test
    void ofEqualCandidatesTheOneWithTheLongestWayToGoIsFirst() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        StepWork work = (step, progress) -> {
            order.add(step.id());
            return Outcome.CREATED;
        };
        run(work, release("short"), release("long"), ready("long-1", "long"), ready("long-2", "long-1"));
        assertEquals("long", order.get(0));
    }

    @Test
    void stoppingEndsWaitsFinishesHelmAndStartsNothingMore() throws Exception {
        CountDownLatch bothRunning = new CountDownLatch(2);
        CountDownLatch stopped = new CountDownLatch(1);
        Map<String, Boolean> helmWasInterrupted = new ConcurrentHashMap<>();
        StepWork work = (step, progress) -> {
            bothRunning.countDown();
            if (step instanceof Step.AwaitReady) new CountDownLatch(1).await();
            try {
                assertTrue(stopped.await(20, TimeUnit.SECONDS));
                helmWasInterrupted.put("was", false);
            } catch (InterruptedException wrong) {
                helmWasInterrupted.put("was", true);
            }
            return Outcome.CREATED;
        };
        PlanRunner runner = new PlanRunner(work, events::add);
        Thread stopper = new Thread(() -> {
            try {
                bothRunning.await();
            } catch (InterruptedException e) {
                return;
            }
            runner.stop();
            runner.stop();
            stopped.countDown();
        });
        stopper.start();
        PlanRunner.Result result = runner.run(plan(ready("waits"), release("helm"), ready("later", "helm")));
        assertTrue(result.interrupted());
        assertEquals(Outcome.SKIPPED, result.steps().get("waits").outcome());
        assertEquals(Outcome.CREATED, result.steps().get("helm").outcome());
        assertEquals(Map.of("was", false), helmWasInterrupted);
        assertEquals(Outcome.SKIPPED, result.steps().get("later").outcome());
    }

    @Test
    void eachStartedMeetsExactlyOneEnd() {
        StepWork work = (step, progress) -> {
            if (step.id().startsWith("b")) throw new StepFailed("no", "");
            return Outcome.UNCHANGED;
        };
        run(work, ready("a/x"), ready("b/x"), ready("c/x", "b/x"), ready("d/x", "a/x"));
        Map<Event.Subject, Integer> balance = new HashMap<>();
        for (Event event : events) {
            if (event instanceof Event.Started) balance.merge(event.subject(), 1, Integer::sum);
            if (event instanceof Event.Finished || event instanceof Event.Failed
                    || event instanceof Event.Skipped && event.subject().kind() == Event.Subject.Kind.COMPONENT) balance.merge(event.subject(), -1, Integer::sum);
        }
        assertEquals(Set.of(0), Set.copyOf(balance.values()), balance.toString());
    }

    private PlanRunner.Result run(StepWork work, Step... steps) {
        return new PlanRunner(work, events::add).run(plan(steps));
    }

    private static Plan plan(Step... steps) {
        return new Plan("test", "ns", Optional.empty(), List.of(), List.of(steps), List.of(), Map.of());
    }

    private static String component(String id) {
        return id.split("/")[0];
    }

    private static Step ready(String id, String... needs) {
        return new Step.AwaitReady(id, component(id), "ns", List.of(), List.of(), Duration.ofMinutes(1), Set.of(needs));
    }

    private static Step release(String id, String... needs) {
        return new Step.ReleaseChart(id, component(id), "ns", id, new dev.datamill.component.ChartSource.Folder("x"), Map.of(), Duration.ofMinutes(1), Set.of(needs));
    }
}
