package dev.datamill.objectstore;

/** What the store said no to. */
public final class ObjectStoreException extends Exception {

    private final boolean passing;

    public ObjectStoreException(String message, boolean passing, Throwable cause) {
        super(message, cause);
        this.passing = passing;
    }

    /** The connection was lost or the store is busy: the same call may go well in a moment. */
    public boolean passing() {
        return passing;
    }
}
