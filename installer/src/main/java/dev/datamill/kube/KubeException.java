package dev.datamill.kube;

/** What the API server said no to, in a form that the program can act on and a person can read. */
public final class KubeException extends RuntimeException {

    public enum Reason { UNREACHABLE, NOT_FOUND, ALREADY_THERE, CONFLICT, FORBIDDEN, UNAUTHORIZED, INVALID, NO_SUCH_KIND, OTHER }

    private final Reason reason;

    public KubeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public KubeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public boolean is(Reason other) {
        return reason == other;
    }
}
