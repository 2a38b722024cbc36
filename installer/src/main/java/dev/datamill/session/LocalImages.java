package dev.datamill.session;

import dev.datamill.cluster.Cluster;
import dev.datamill.event.Outcome;
import dev.datamill.run.ImageProvider;
import dev.datamill.workspace.ProjectSources;

import java.util.Collection;
import java.util.Optional;

/** Own images for the pods of a moment: brought to a cluster of ours, pulled by any other from where they were pushed. */
record LocalImages(Wiring wiring, ProjectSources.ImageCatalog catalog, Optional<Cluster> cluster) {

    ImageProvider of(Collection<String> wanted) {
        ImageProvider delivery = wiring.images(cluster, wanted.stream().filter(catalog.names()::contains).toList());
        return (image, reference, progress) -> catalog.reference(image).filter(reference::equals).isPresent()
                ? delivery.provide(image, reference, progress) : Outcome.UNCHANGED;
    }
}
