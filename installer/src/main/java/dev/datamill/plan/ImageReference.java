package dev.datamill.plan;

/** Rewrites of image references. */
final class ImageReference {

    private ImageReference() {
    }

    /** The same image at another registry: only the host of the reference changes. */
    static String moved(String reference, String registry) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean hasHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        String rest = hasHost ? reference.substring(slash + 1) : slash < 0 ? "library/" + reference : reference;
        return registry.replaceAll("/+$", "") + "/" + rest;
    }
}
