package dev.datamill.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An own image, as its folder describes it.
 *
 * @param from another own image, {@code debian} or {@code scratch}
 * @param uses further own images that its Containerfile copies from
 * @param budget what it may take on a disk, in bytes
 * @param smoke the command that proves in a container of it that it works; empty where nothing can run
 * @param optional built only when it is named
 */
public record ImageSpec(String name, String version, String summary, Path folder, String from, List<String> uses,
                        List<Artifact> artifacts, List<Source> sources, List<String> provides, Optional<String> user,
                        long budget, List<String> smoke, boolean optional) {

    public static final String DEBIAN = "debian";
    public static final String SCRATCH = "scratch";

    public ImageSpec {
        uses = List.copyOf(uses);
        artifacts = List.copyOf(artifacts);
        sources = List.copyOf(sources);
        provides = List.copyOf(provides);
        smoke = List.copyOf(smoke);
    }

    /** The own images that must be there before this one can be built. */
    public List<String> needs() {
        List<String> needs = new ArrayList<>(uses);
        if (!from.equals(DEBIAN) && !from.equals(SCRATCH)) needs.add(0, from);
        return needs;
    }

    /** What a part of the image is, for labels and the bill of materials. */
    public record Source(String name, String version, String licence, String url) {
    }
}
