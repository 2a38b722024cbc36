package dev.datamill.run;

import dev.datamill.event.Outcome;

/** Makes an image of our own available to the cluster: built if need be, then brought to its nodes or its registry. */
@FunctionalInterface
public interface ImageProvider {

    /** @return UNCHANGED when the cluster had it already */
    Outcome provide(String image, String reference, Progress progress) throws StepFailed, InterruptedException;
}
