package dev.datamill.workspace;

import dev.datamill.config.Place;
import dev.datamill.config.Problems;
import dev.datamill.plan.BucketNames;
import dev.datamill.plan.Sources;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A folder whose first-level folders are buckets. What S3 cannot hold is found here, before anything starts. */
final class DataFolder {

    private static final int LONGEST_KEY = 1024;

    private final Workspace workspace;
    private final Path folder;
    private final Problems problems;

    DataFolder(Workspace workspace, Path folder, Problems problems) {
        this.workspace = workspace;
        this.folder = folder;
        this.problems = problems;
    }

    List<Sources.DataBucket> buckets() {
        List<Sources.DataBucket> buckets = new ArrayList<>();
        for (Path entry : Workspace.list(folder)) {
            String name = entry.getFileName().toString();
            if (Files.isDirectory(entry)) {
                BucketNames.problem(name).ifPresent(wrong -> problem(entry, "'" + name + "' is no bucket name: " + wrong, "rename the folder"));
                checkLinks(entry);
                buckets.add(new Sources.DataBucket(name, entry));
            } else if (!name.equals(".gitkeep")) {
                problem(entry, "a file stands beside the buckets", "move it into a folder; each first-level folder is a bucket");
            }
        }
        return buckets;
    }

    private void checkLinks(Path bucket) {
        try {
            Path inside = bucket.toRealPath();
            Files.walkFileTree(bucket, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isSymbolicLink()) checkLink(file, inside);
                    else if (attributes.isOther()) problem(file, "this is no regular file", "remove it");
                    if (bucket.relativize(file).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_KEY) {
                        problem(file, "the path is longer than the 1024 bytes an object's key may have", "shorten it");
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    problem(file, "cannot be read", "check its permissions");
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            problem(bucket, "cannot be read", "check its permissions");
        }
    }

    private void checkLink(Path link, Path inside) {
        try {
            if (!link.toRealPath().startsWith(inside)) problem(link, "this link leaves its folder", "copy the file here instead");
        } catch (IOException e) {
            problem(link, "this link leads nowhere", "remove it");
        }
    }

    private void problem(Path file, String message, String fix) {
        problems.add(Place.of(workspace.shown(file)), message, fix);
    }
}
