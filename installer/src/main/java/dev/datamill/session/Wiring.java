package dev.datamill.session;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.Clusters;
import dev.datamill.helm.ChartStore;
import dev.datamill.helm.Helm;
import dev.datamill.kube.Kube;
import dev.datamill.objectstore.ObjectStore;
import dev.datamill.process.Processes;
import dev.datamill.run.ImageProvider;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** The real doors, made by Main; a command opens only those it goes through. */
public interface Wiring {

    Kube kube(Kube.Access access);

    Helm helm(Path kubeconfig);

    ChartStore charts();

    ObjectStore.Opener lake();

    /** @param cluster the one that we look after ourselves, if it is one; @param wanted the images of the plan */
    ImageProvider images(Optional<Cluster> cluster, Collection<String> wanted);

    Clusters clusters();

    Processes processes();

    Interrupts interrupts();
}
