package dev.datamill.event;

/**
 * What is going on, said by the parts that do something and drawn by {@code progress}. Every Started meets exactly
 * one Finished, Failed or Skipped with the same subject.
 */
public sealed interface Event {

    Subject subject();

    /**
     * What an event is about.
     *
     * @param kind run, component or step
     * @param component its name; empty for what belongs to the whole
     * @param step the step's id or title; empty when the subject is a component or the run
     */
    record Subject(Kind kind, String component, String step) {

        public enum Kind { RUN, COMPONENT, STEP }

        public static Subject run(String title) {
            return new Subject(Kind.RUN, "", title);
        }

        public static Subject component(String name) {
            return new Subject(Kind.COMPONENT, name, "");
        }

        public static Subject step(String component, String step) {
            return new Subject(Kind.STEP, component, step);
        }
    }

    /** @param expected how many parts the subject has, 0 when unknown; progress needs the total beforehand */
    record Started(Subject subject, int expected) implements Event {
    }

    /** What the subject is doing or waiting for now, and how far it is; total 0 when nobody knows. */
    record Progress(Subject subject, String message, long done, long total, Unit unit) implements Event {
        public enum Unit { NONE, BYTES, PARTS }

        public static Progress of(Subject subject, String message) {
            return new Progress(subject, message, 0, 0, Unit.NONE);
        }
    }

    record Finished(Subject subject, Outcome outcome, String message) implements Event {
    }

    record Failed(Subject subject, String message, String advice) implements Event {
    }

    record Skipped(Subject subject, String reason) implements Event {
    }

    /** Something worth telling that belongs to no step's beginning or end. */
    record Note(Subject subject, String message) implements Event {
    }
}
