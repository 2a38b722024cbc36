package dev.datamill.run;

/** A step that did not succeed, with what a person needs to know. */
public final class StepFailed extends Exception {

    private final String advice;

    public StepFailed(String message, String advice) {
        super(message);
        this.advice = advice;
    }

    public StepFailed(String message, String advice, Throwable cause) {
        super(message, cause);
        this.advice = advice;
    }

    static StepFailed by(Cause cause) {
        return new StepFailed(cause.text(), cause.advice());
    }

    public String advice() {
        return advice;
    }
}
