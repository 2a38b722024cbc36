package dev.datamill.run;

import dev.datamill.kube.Kube;
import dev.datamill.objectstore.ObjectStore;
import dev.datamill.plan.Step;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens the platform's lake from this machine: through a forwarded port where it lives in the cluster, else directly. */
final class Lakes implements AutoCloseable {

    private static final Pattern IN_CLUSTER = Pattern.compile("([a-z0-9-]+)\\.([a-z0-9-]+)\\.svc(?:\\.cluster\\.local)?");
    /** How the Secrets of stores spell their two keys. */
    private static final List<String[]> SPELLINGS = List.of(
            new String[]{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, new String[]{"rootUser", "rootPassword"},
            new String[]{"root-user", "root-password"}, new String[]{"accessKey", "secretKey"}, new String[]{"access_key", "secret_key"},
            new String[]{"access-key", "secret-key"}, new String[]{"admin_access_key_id", "admin_secret_access_key"});

    private final Kube kube;
    private final Secrets secrets;
    private final ObjectStore.Opener opener;
    private final Map<Step.Lake, ObjectStore> open = new ConcurrentHashMap<>();
    private final Map<Step.Lake, Kube.Forward> forwards = new ConcurrentHashMap<>();

    Lakes(Kube kube, Secrets secrets, ObjectStore.Opener opener) {
        this.kube = kube;
        this.secrets = secrets;
        this.opener = opener;
    }

    synchronized ObjectStore store(Step.Lake lake) throws StepFailed {
        ObjectStore known = open.get(lake);
        if (known != null) return known;
        Map<String, String> keys = secrets.read(lake.namespace(), lake.secret())
                .orElseThrow(() -> new StepFailed("Secret " + lake.secret() + " with the keys of the lake is not there",
                        "make it: kubectl -n " + lake.namespace() + " create secret generic " + lake.secret()
                                + " --from-literal=AWS_ACCESS_KEY_ID=… --from-literal=AWS_SECRET_ACCESS_KEY=…"));
        String[] names = SPELLINGS.stream().filter(pair -> keys.containsKey(pair[0]) && keys.containsKey(pair[1])).findFirst()
                .orElseThrow(() -> new StepFailed("Secret " + lake.secret() + " has no pair of keys that is known, it has " + keys.keySet(),
                        "name them AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
        ObjectStore store = opener.open(new ObjectStore.Access(endpoint(lake), lake.region(), lake.pathStyle(), keys.get(names[0]), keys.get(names[1])));
        open.put(lake, store);
        return store;
    }

    private String endpoint(Step.Lake lake) {
        URI uri = URI.create(lake.endpoint());
        Matcher service = IN_CLUSTER.matcher(String.valueOf(uri.getHost()));
        if (!service.matches()) return lake.endpoint();
        int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        Kube.Forward forward = kube.forward(service.group(2), service.group(1), port, 0);
        forwards.put(lake, forward);
        return uri.getScheme() + "://127.0.0.1:" + forward.port();
    }

    @Override
    public void close() {
        open.values().forEach(ObjectStore::close);
        forwards.values().forEach(Kube.Forward::close);
    }
}
