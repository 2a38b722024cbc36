package dev.datamill.session;

/** How a command ended, as scripts see it. */
public enum ExitStatus {
    DONE(0), FAILED(1), USAGE(2), NOT_READY(3), DEFECT(4), CHANGES(10), INTERRUPTED(130);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
