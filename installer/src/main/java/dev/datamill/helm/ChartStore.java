package dev.datamill.helm;

import dev.datamill.component.ChartSource;

import java.io.IOException;
import java.nio.file.Path;

/** Where the charts are: those of this project as they stand, all others in a cache that needs no network. */
public interface ChartStore {

    /** A folder or an archive that Helm can read; fetched, verified and kept when it is not there yet. */
    Chart chart(ChartSource source) throws IOException, InterruptedException;

    /** Whether it could be had without the network. */
    boolean present(ChartSource source);

    /** @param digest of its whole content, so that a chart that changed is seen whatever its version says */
    record Chart(Path path, String digest) {
    }
}
