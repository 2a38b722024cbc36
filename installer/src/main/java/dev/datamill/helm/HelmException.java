package dev.datamill.helm;

/** What Helm said no to. Its library knows only texts, so the kinds of trouble are told by their words. */
public final class HelmException extends Exception {

    public HelmException(String message) {
        super(message);
    }

    public HelmException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The server was not there; the same call may go well in a moment. */
    public boolean unreachable() {
        return mentions("connection refused", "connection reset", "i/o timeout", "no route to host", "EOF", "cluster unreachable",
                "TLS handshake timeout", "the server is currently unable", "etcdserver: request timed out", "context deadline exceeded while");
    }

    /** An admission webhook whose pods are not answering yet. */
    public boolean webhookNotThere() {
        return mentions("failed calling webhook") && mentions("no endpoints available", "connection refused", "EOF", "deadline exceeded",
                "i/o timeout", "service unavailable", "not found");
    }

    /** A release record in a state between two others: somebody was stopped in the middle. */
    public boolean inProgress() {
        return mentions("another operation (install/upgrade/rollback) is in progress");
    }

    /** A custom resource in the same release as its definition, which the server does not serve yet. */
    public boolean kindNotServedYet() {
        return mentions("no matches for kind", "ensure CRDs are installed first");
    }

    private boolean mentions(String... words) {
        for (String word : words) if (getMessage().contains(word)) return true;
        return false;
    }
}
