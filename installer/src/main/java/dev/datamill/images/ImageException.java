package dev.datamill.images;

/** Something about an image that the user has to know; the message is for a screen. */
public final class ImageException extends Exception {

    private final String remedy;

    public ImageException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    public ImageException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
