package dev.datamill.plan;

import dev.datamill.component.Catalog;
import dev.datamill.config.Located;
import dev.datamill.config.Place;
import dev.datamill.config.Yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What planning reads, already read or read on demand by whoever implements this: the planner itself opens no file,
 * asks no clock and calls no cluster. What cannot be read is a problem, reported by the implementation.
 */
public interface Sources {

    Catalog catalog();

    boolean hasRecipe(String component, String file);

    /** @param askedAt where the file was named */
    Optional<Yaml.Mapping> recipe(String component, String file, Place askedAt);

    /** A values file of a component; the folder of the flavour's configuration comes first. */
    Optional<Yaml.Mapping> values(String component, Located<String> file);

    /** The objects of a manifest file of a component. */
    Optional<List<Yaml.Mapping>> manifest(String component, Located<String> file);

    /** Name and version of a chart in a folder of this project. */
    Optional<LocalChart> chart(String path, Place askedAt);

    /** The full reference of an own image; empty when there is no such image. */
    Optional<String> image(String name);

    Set<String> imageNames();

    /** The first-level folders of the data folder, each a bucket. */
    List<DataBucket> data();

    record LocalChart(String name, String version) {
    }

    record DataBucket(String name, Path folder) {
    }
}
