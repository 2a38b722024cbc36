package dev.datamill.session;

/** Ends a command with a status, and a message for the screen. */
public final class Stop extends Exception {

    private final ExitStatus status;
    private final String fix;

    public Stop(ExitStatus status, String message, String fix) {
        super(message, null, false, false);
        this.status = status;
        this.fix = fix;
    }

    public Stop(ExitStatus status, String message) {
        this(status, message, "");
    }

    public ExitStatus status() {
        return status;
    }

    public String fix() {
        return fix;
    }
}
