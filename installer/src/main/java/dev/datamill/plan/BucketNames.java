package dev.datamill.plan;

import java.util.Optional;

/** What S3 allows as the name of a bucket. */
public final class BucketNames {

    private BucketNames() {
    }

    /** What is wrong with a name; empty when it is right. */
    public static Optional<String> problem(String name) {
        if (name.length() < 3 || name.length() > 63) return Optional.of("it must have from 3 to 63 characters");
        if (!name.matches("[a-z0-9.-]+")) return Optional.of("only lower-case letters, digits, dashes and dots are allowed");
        if (!name.matches("[a-z0-9].*[a-z0-9]")) return Optional.of("it must begin and end with a letter or digit");
        if (name.contains("..") || name.contains(".-") || name.contains("-.")) return Optional.of("dots must stand between letters or digits");
        if (name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) return Optional.of("it must not look like an address");
        if (name.startsWith("xn--") || name.endsWith("-s3alias")) return Optional.of("this prefix or suffix is reserved");
        return Optional.empty();
    }
}
