package dev.datamill.run;

import dev.datamill.event.Outcome;
import dev.datamill.helm.ChartStore;
import dev.datamill.helm.Releases;
import dev.datamill.kube.Kind;
import dev.datamill.kube.Kube;
import dev.datamill.kube.KubeException;
import dev.datamill.kube.Resource;
import dev.datamill.plan.Plan;
import dev.datamill.plan.Step;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Does each kind of step; nothing is done here that the step's own worker does not know better. */
final class StepRunner implements StepWork {

    private final Plan plan;
    private final Kube kube;
    private final Namespaces namespaces;
    private final Secrets secrets;
    private final ChartStore charts;
    private final ImageProvider images;
    private final ReleaseWork releases;
    private final ManifestWork manifests;
    private final AccountWork accounts;
    private final LakeWork lake;
    private final ClusterWatch watch;
    private final Options options;

    StepRunner(Plan plan, Kube kube, Namespaces namespaces, Secrets secrets, ChartStore charts, ImageProvider images,
               ReleaseWork releases, ManifestWork manifests, AccountWork accounts, LakeWork lake, ClusterWatch watch, Options options) {
        this.plan = plan;
        this.kube = kube;
        this.namespaces = namespaces;
        this.secrets = secrets;
        this.charts = charts;
        this.images = images;
        this.releases = releases;
        this.manifests = manifests;
        this.accounts = accounts;
        this.lake = lake;
        this.watch = watch;
        this.options = options;
    }

    @Override
    public Outcome apply(Step step, Progress progress) throws StepFailed, InterruptedException {
        try {
            if (step instanceof Step.EnsureNamespace s) return namespaces.ensure(s.namespace());
            if (step instanceof Step.EnsureSecret s) return secrets.ensure(s.namespace(), s.name(), s.component(), s.keys());
            if (step instanceof Step.ProvideImage s) return images.provide(s.image(), s.reference(), progress);
            if (step instanceof Step.FetchChart s) return fetch(s);
            if (step instanceof Step.ReleaseChart s) return releases.apply(s, progress);
            if (step instanceof Step.ApplyManifests s) return manifests.apply(s, progress);
            if (step instanceof Step.EnsureAccount s) return accounts.apply(s, progress);
            if (step instanceof Step.EnsureBucket s) return lake.bucket(s);
            if (step instanceof Step.UploadFolder s) return lake.upload(s, progress);
            return ready((Step.AwaitReady) step, progress);
        } catch (KubeException no) {
            String advice = switch (no.reason()) {
                case FORBIDDEN -> "the user of this kubeconfig lacks a permission";
                case UNREACHABLE -> "the API server does not answer; run it again when it does";
                default -> "";
            };
            throw new StepFailed(step.title() + ": " + no.getMessage(), advice, no);
        }
    }

    private Outcome fetch(Step.FetchChart step) throws StepFailed, InterruptedException {
        boolean there = charts.present(step.source());
        try {
            charts.chart(step.source());
            return there ? Outcome.UNCHANGED : Outcome.CREATED;
        } catch (IOException no) {
            throw new StepFailed("chart " + step.source().shown() + " cannot be had: " + no.getMessage(),
                    "look at the address and version in the recipe, and whether this machine reaches it", no);
        }
    }

    /** Ready is what the component's releases and manifests made, and what its recipe adds. */
    private Outcome ready(Step.AwaitReady step, Progress progress) throws StepFailed, InterruptedException {
        List<Resource> objects = new ArrayList<>();
        Releases records = new Releases(kube);
        for (String release : step.releases()) {
            records.latest(step.namespace(), release).ifPresent(record -> objects.addAll(Releases.objects(record, kube)));
        }
        for (Step other : plan.stepsOf(step.component())) {
            if (other instanceof Step.ApplyManifests applied && step.needs().contains(applied.id())) {
                applied.objects().forEach(content -> objects.add(new Resource(content)));
            }
        }
        new Waiter(kube, watch).await(new Waiter.Wanted(step.namespace(), objects, step.rules()), options.patience(step.timeout()), progress);
        return Outcome.UNCHANGED;
    }
}
