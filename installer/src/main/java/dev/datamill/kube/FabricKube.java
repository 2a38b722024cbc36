package dev.datamill.kube;

import dev.datamill.kube.KubeException.Reason;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** The real API server, by fabric8 over the JDK's own HTTP client. */
public final class FabricKube implements Kube {

    /** With fabric8's steps of 0.1 s doubling up to 3.2 s this rides out about a minute without a server. */
    private static final int PATIENT_TRIES = 22;

    private final Access access;
    private final KubernetesClient client;
    private final Discovery discovery;

    private FabricKube(Access access, KubernetesClient client) {
        this.access = access;
        this.client = client;
        this.discovery = new Discovery(client);
    }

    public static FabricKube open(Access access) {
        return new FabricKube(access, client(access, PATIENT_TRIES, Duration.ofSeconds(30)));
    }

    private static KubernetesClient client(Access access, int tries, Duration patience) {
        Config config;
        try {
            config = Config.fromKubeconfig(access.context(), access.kubeconfig().toFile());
        } catch (RuntimeException broken) {
            throw new KubeException(Reason.OTHER, "the kubeconfig " + access.kubeconfig() + " cannot be used: " + broken.getMessage(), broken);
        }
        config = new ConfigBuilder(config)
                .withConnectionTimeout((int) Math.min(10_000, patience.toMillis()))
                .withRequestTimeout((int) patience.toMillis())
                .withRequestRetryBackoffLimit(tries)
                .withMaxConcurrentRequests(256).withMaxConcurrentRequestsPerHost(256)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Override
    public Access access() {
        return access;
    }

    @Override
    public Version version(Duration patience) {
        try (KubernetesClient quick = client(access, 0, patience)) {
            VersionInfo info = FabricErrors.calling("the version", quick::getKubernetesVersion);
            return new Version(info.getGitVersion(), digits(info.getMajor()), digits(info.getMinor()));
        }
    }

    @Override
    public Optional<Resource> get(Kind kind, String namespace, String name) {
        return FabricErrors.calling(kind + " " + name, () ->
                Optional.ofNullable(named(kind, namespace, name).get()).map(this::plain));
    }

    @Override
    public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
        return FabricErrors.calling("the list of " + kind, () -> {
            var all = of(kind);
            GenericKubernetesResourceList found = kind.namespaced() && !namespace.isEmpty()
                    ? all.inNamespace(namespace).withLabels(labels).list()
                    : kind.namespaced() ? all.inAnyNamespace().withLabels(labels).list() : all.withLabels(labels).list();
            // Items of a list come without their kind.
            return found.getItems().stream().map(this::plain)
                    .map(r -> r.with(kind.apiVersion(), "apiVersion").with(kind.name(), "kind")).toList();
        });
    }

    @Override
    public Resource apply(Resource resource, boolean force) {
        PatchContext how = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(FIELD_MANAGER).withForce(force).build();
        Kind kind = kindOf(resource);
        return FabricErrors.calling(resource.shown(), () -> plain(
                named(kind, resource.namespace(), resource.name()).patch(how, generic(resource))));
    }

    @Override
    public Resource create(Resource resource) {
        Kind kind = kindOf(resource);
        return FabricErrors.calling(resource.shown(), () -> plain((kind.namespaced()
                ? of(kind).inNamespace(resource.namespace()).resource(generic(resource))
                : of(kind).resource(generic(resource))).create()));
    }

    @Override
    public Resource replace(Resource resource) {
        Kind kind = kindOf(resource);
        return FabricErrors.calling(resource.shown(), () -> plain((kind.namespaced()
                ? of(kind).inNamespace(resource.namespace()).resource(generic(resource))
                : of(kind).resource(generic(resource))).lockResourceVersion(resource.version()).update()));
    }

    @Override
    public Resource patch(Kind kind, String namespace, String name, Map<String, Object> patch) {
        String json = client.getKubernetesSerialization().asJson(patch);
        return FabricErrors.calling(kind + " " + name, () -> plain(
                named(kind, namespace, name).patch(PatchContext.of(PatchType.JSON_MERGE), json)));
    }

    @Override
    public boolean delete(Kind kind, String namespace, String name) {
        return FabricErrors.calling(kind + " " + name, () -> !named(kind, namespace, name).delete().isEmpty());
    }

    @Override
    public boolean deleteNow(Kind kind, String namespace, String name) {
        return FabricErrors.calling(kind + " " + name, () -> !named(kind, namespace, name).withGracePeriod(0L).delete().isEmpty());
    }

    @Override
    public View view(Kind kind, String namespace, Runnable changed) {
        return FabricErrors.calling("watching " + kind, () -> FabricView.open(client, of(kind), kind, namespace, this::plain, changed));
    }

    @Override
    public Optional<Kind> kind(String apiVersion, String name) {
        return Kind.known(apiVersion, name).or(() -> FabricErrors.calling("the kinds", () -> discovery.kind(apiVersion, name)));
    }

    @Override
    public Optional<Kind> kindNamed(String name) {
        return FabricErrors.calling("the kinds", () -> discovery.named(name));
    }

    @Override
    public List<Kind> kinds() {
        return FabricErrors.calling("the kinds", discovery::all);
    }

    @Override
    public boolean may(String verb, Kind kind, String namespace) {
        SelfSubjectAccessReview question = new SelfSubjectAccessReviewBuilder().withNewSpec().withNewResourceAttributes()
                .withVerb(verb).withGroup(kind.group()).withResource(kind.plural())
                .withNamespace(kind.namespaced() ? namespace : null)
                .endResourceAttributes().endSpec().build();
        return FabricErrors.calling("the permissions", () ->
                client.authorization().v1().selfSubjectAccessReview().create(question).getStatus().getAllowed());
    }

    @Override
    public String logs(String namespace, String pod, String container, boolean previous, int lines) {
        try {
            var of = client.pods().inNamespace(namespace).withName(pod).inContainer(container);
            return previous ? of.terminated().tailingLines(lines).getLog() : of.tailingLines(lines).getLog();
        } catch (RuntimeException none) {
            // A container that never started has no log; that is an answer, not a fault.
            return "";
        }
    }

    @Override
    public AutoCloseable followLogs(String namespace, String pod, String container, int lines, Consumer<String> line) {
        var watch = FabricErrors.calling("the log of " + pod, () -> client.pods().inNamespace(namespace).withName(pod)
                .inContainer(container).tailingLines(lines).watchLog());
        Thread reader = new Thread(() -> {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8))) {
                for (String next = text.readLine(); next != null; next = text.readLine()) line.accept(next);
            } catch (IOException closed) {
                // The container is gone, or nobody listens any more.
            }
        }, "log of " + pod);
        reader.setDaemon(true);
        reader.start();
        return () -> {
            watch.close();
            reader.interrupt();
        };
    }

    @Override
    public int exec(String namespace, String pod, String container, List<String> command, Streams streams) throws InterruptedException {
        var at = client.pods().inNamespace(namespace).withName(pod).inContainer(container);
        var withIn = streams.in() == null ? at.writingOutput(streams.out()) : at.readingInput(streams.in()).writingOutput(streams.out());
        try (ExecWatch watch = FabricErrors.calling("a command in " + pod, () -> (streams.terminal()
                ? withIn.withTTY() : withIn.writingError(streams.err())).exec(command.toArray(String[]::new)))) {
            Integer status = watch.exitCode().get();
            return status == null ? -1 : status;
        } catch (ExecutionException failed) {
            throw new KubeException(Reason.OTHER, "the command in " + pod + " could not be run: " + FabricErrors.words(failed.getCause()), failed);
        }
    }

    @Override
    public Forward forward(String namespace, String service, int port, int localPort) {
        return FabricForward.open(this, client, namespace, service, port, localPort);
    }

    @Override
    public void close() {
        client.close();
    }

    private Kind kindOf(Resource resource) {
        return kind(resource.apiVersion(), resource.kind()).orElseThrow(() -> new KubeException(Reason.NO_SUCH_KIND,
                "the cluster knows no kind " + resource.kind() + " of " + resource.apiVersion()));
    }

    private io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> named(Kind kind, String namespace, String name) {
        return kind.namespaced() ? of(kind).inNamespace(namespace).withName(name) : of(kind).withName(name);
    }

    private MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList,
            io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>> of(Kind kind) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder().withGroup(kind.group())
                .withVersion(kind.version()).withKind(kind.name()).withPlural(kind.plural()).withNamespaced(kind.namespaced()).build());
    }

    private GenericKubernetesResource generic(Resource resource) {
        return client.getKubernetesSerialization().convertValue(resource.content(), GenericKubernetesResource.class);
    }

    @SuppressWarnings("unchecked")
    private Resource plain(GenericKubernetesResource resource) {
        return new Resource(client.getKubernetesSerialization().convertValue(resource, Map.class));
    }

    private static int digits(String text) {
        String number = text == null ? "" : text.replaceAll("\\D.*$", "");
        return number.isEmpty() ? 0 : Integer.parseInt(number);
    }
}
