package dev.datamill.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a run goes about it.
 *
 * @param timeout instead of each component's own
 * @param pullSecrets for the pods that this program makes itself
 */
public record Options(String flavour, Optional<Duration> timeout, boolean prune, boolean rollbackOnFailure, boolean overwrite,
                      boolean pruneData, List<String> pullSecrets) {

    public static Options of(String flavour) {
        return new Options(flavour, Optional.empty(), false, false, false, false, List.of());
    }

    Duration patience(Duration own) {
        return timeout.orElse(own);
    }
}
