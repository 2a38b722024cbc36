package dev.datamill.helm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What is asked of Helm itself. It never waits for readiness; only its hooks take time. */
public interface Helm {

    /** Installs the release, or upgrades it. */
    void release(Request request) throws HelmException;

    /** Removes the release and what its manifest names; not there is fine too. */
    void uninstall(String namespace, String release) throws HelmException;

    /** The definitions of custom resources that a chart and its subcharts carry, as YAML. */
    String definitions(Path chart) throws HelmException;

    /** @param note kept with the release, as its description */
    record Request(String namespace, String release, Path chart, Map<String, Object> values, String note, Duration hookTime) {

        @Override
        public String toString() {
            return "Request[" + namespace + "/" + release + ", " + chart + "]";
        }
    }
}
