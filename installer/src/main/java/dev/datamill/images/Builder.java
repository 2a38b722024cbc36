package dev.datamill.images;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** A program that makes images from Containerfiles. */
public interface Builder {

    /**
     * One image to make.
     *
     * @param context the folder that its Containerfile copies from
     * @param machine the folder that is mounted into the build and is not in the image
     * @param arguments values of its ARGs, among them the references of its parents
     */
    record Build(String reference, Path context, Path machine, Map<String, String> arguments, Map<String, String> labels) {
    }

    String shown();

    boolean has(String reference) throws ImageException, InterruptedException;

    /** @param line each line that the program says */
    void build(Build build, Consumer<String> line) throws ImageException, InterruptedException;

    /** Fetches an image from a registry; false where none answers. */
    boolean pull(String reference) throws ImageException, InterruptedException;

    /** Brings an image into the layout; returns the digest of its manifest. */
    String export(String reference, OciLayout layout, Path work) throws ImageException, InterruptedException;

    /** Brings an image from the layout back to the program, which has lost it. */
    void restore(String reference, String digest, OciLayout layout, Path work) throws ImageException, InterruptedException;

    /** What the image takes, unpacked, in bytes. */
    long size(String reference) throws ImageException, InterruptedException;

    /** Removes what builds that were cut off have left. Only while no other build runs. */
    void tidy() throws ImageException, InterruptedException;
}
