package dev.datamill.component;

import java.util.Optional;

/** Where a chart comes from. */
public sealed interface ChartSource {

    /** The kind and the place, as plan and log show it. */
    String shown();

    Optional<String> version();

    /** A folder of this project, relative to its root. */
    record Folder(String path) implements ChartSource {
        @Override
        public String shown() {
            return path;
        }

        @Override
        public Optional<String> version() {
            return Optional.empty();
        }
    }

    record Repository(String url, String name, Optional<String> version, Optional<String> digest) implements ChartSource {
        @Override
        public String shown() {
            return url;
        }
    }

    record Oci(String reference, Optional<String> version, Optional<String> digest) implements ChartSource {
        @Override
        public String shown() {
            return reference;
        }
    }

    record Git(String url, String ref, String path) implements ChartSource {
        @Override
        public String shown() {
            return url + "@" + ref + ":" + path;
        }

        @Override
        public Optional<String> version() {
            return Optional.of(ref);
        }
    }
}
