package dev.datamill.session;

import dev.datamill.workspace.Workspace;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command runs.
 *
 * @param home DATAMILL_HOME: clusters, caches, built images, logs; not necessarily there yet
 */
public record Surroundings(Console console, Workspace workspace, Path home, Map<String, String> env, String version) {

    public Surroundings {
        env = Map.copyOf(env);
    }
}
