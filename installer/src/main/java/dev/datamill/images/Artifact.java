package dev.datamill.images;

import java.util.List;
import java.util.Map;

/** Something that is prepared for an image by an ordinary package client before the build; its name is its folder there. */
public sealed interface Artifact {

    String name();

    /** The files and folders of the image's folder that pin it. */
    List<String> inputs();

    /**
     * A program compiled from a Go module of ours, whose go.sum pins everything.
     *
     * @param files folders of the module that has the package, to be taken along, by the name they get
     */
    record Go(String name, String module, String pkg, String output, String ldflags, Map<String, String> files) implements Artifact {
        @Override
        public List<String> inputs() {
            return List.of(module);
        }
    }

    /** The jars that a pom asks for, each with the checksum that is written down. */
    record Maven(String name, String pom, String checksums) implements Artifact {
        @Override
        public List<String> inputs() {
            return List.of(pom, checksums);
        }
    }

    /**
     * The wheels of a list of requirements with versions and checksums.
     *
     * @param sdist packages that exist as source only
     */
    record Pip(String name, String requirements, List<String> sdist) implements Artifact {
        @Override
        public List<String> inputs() {
            return List.of(requirements);
        }
    }

    /** The node_modules of a package.json, as the lock file beside it says. */
    record Npm(String name, String manifest) implements Artifact {
        @Override
        public List<String> inputs() {
            return List.of(manifest, lock());
        }

        String lock() {
            return manifest.replace("package.json", "package-lock.json");
        }
    }
}
