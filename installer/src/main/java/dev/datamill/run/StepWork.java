package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.plan.Step;

/** Does one step. */
@FunctionalInterface
public interface StepWork {

    Outcome apply(Step step, Progress progress) throws StepFailed, InterruptedException;
}
