package dev.datamill;

import dev.datamill.cluster.Cluster;
import dev.datamill.cluster.Clusters;
import dev.datamill.helm.ChartCache;
import dev.datamill.helm.ChartStore;
import dev.datamill.helm.Helm;
import dev.datamill.helm.NativeHelm;
import dev.datamill.images.Images;
import dev.datamill.kube.FabricKube;
import dev.datamill.kube.Kube;
import dev.datamill.objectstore.MinioStore;
import dev.datamill.objectstore.ObjectStore;
import dev.datamill.process.Processes;
import dev.datamill.process.SystemProcesses;
import dev.datamill.run.ImageProvider;
import dev.datamill.session.ImageDelivery;
import dev.datamill.session.Interrupts;
import dev.datamill.session.Surroundings;
import dev.datamill.session.Wiring;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;

/** The part of the wiring that leads out of the program. */
final class RealDoors implements Wiring {

    private final Surroundings around;
    private final Interrupts interrupts;

    RealDoors(Surroundings around, Interrupts interrupts) {
        this.around = around;
        this.interrupts = interrupts;
    }

    @Override
    public Kube kube(Kube.Access access) {
        return FabricKube.open(access);
    }

    @Override
    public Helm helm(Path kubeconfig) {
        return new NativeHelm(kubeconfig, around.home().resolve("run"), interrupts::arm);
    }

    @Override
    public ChartStore charts() {
        return new ChartCache(around.workspace().root(), around.home().resolve("charts"), around.env(), new SystemProcesses(around.env()));
    }

    @Override
    public ObjectStore.Opener lake() {
        return MinioStore::open;
    }

    @Override
    public ImageProvider images(Optional<Cluster> cluster, Collection<String> wanted) {
        return new ImageDelivery(imageDoor(around), cluster.flatMap(Cluster::imageLoader), wanted);
    }

    static Images imageDoor(Surroundings around) {
        return new Images(around.workspace().root().resolve("registry"), around.home().resolve("images"),
                new SystemProcesses(around.env()), around.env(), Clock.systemUTC(), System.getProperty("user.name").equals("root"));
    }

    @Override
    public Clusters clusters() {
        return new Clusters(around.workspace().root(), around.home(), around.env(), new SystemProcesses(around.env()), around.console().terminal());
    }

    @Override
    public Processes processes() {
        return new SystemProcesses(around.env());
    }

    @Override
    public Interrupts interrupts() {
        return interrupts;
    }
}
