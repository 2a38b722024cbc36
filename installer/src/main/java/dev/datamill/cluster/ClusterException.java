package dev.datamill.cluster;

/** Something about the cluster that the user has to know; the message is for a screen. */
public final class ClusterException extends Exception {

    private final String remedy;

    public ClusterException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public ClusterException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
