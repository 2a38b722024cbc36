package dev.datamill.kube;

import dev.datamill.kube.KubeException.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.PortForward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A listener on loopback. Each connection looks for a ready pod anew, so a pod that was replaced costs its own
 * connections and no more: the forwarder itself never has to be started again.
 */
final class FabricForward implements Kube.Forward {

    private final Kube kube;
    private final KubernetesClient client;
    private final String namespace;
    private final String service;
    private final int servicePort;
    private final ServerSocketChannel listener;
    private final Set<PortForward> open = ConcurrentHashMap.newKeySet();

    private FabricForward(Kube kube, KubernetesClient client, String namespace, String service, int servicePort, ServerSocketChannel listener) {
        this.kube = kube;
        this.client = client;
        this.namespace = namespace;
        this.service = service;
        this.servicePort = servicePort;
        this.listener = listener;
    }

    static FabricForward open(Kube kube, KubernetesClient client, String namespace, String service, int port, int localPort) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort), 128);
            FabricForward forward = new FabricForward(kube, client, namespace, service, port, listener);
            Thread accepting = new Thread(forward::accept, "forward to " + service);
            accepting.setDaemon(true);
            accepting.start();
            return forward;
        } catch (IOException taken) {
            throw new KubeException(Reason.OTHER, "port " + localPort + " of this machine cannot be listened on: " + taken.getMessage(), taken);
        }
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException alreadyGone) {
            // Closed is what was wanted.
        }
        open.forEach(FabricForward::quietly);
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel connection = listener.accept();
                Thread serving = new Thread(() -> serve(connection), "forwarded connection to " + service);
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel connection) {
        open.removeIf(old -> !old.isAlive());
        try {
            PodPort pod = readyPod().orElseThrow(() -> new IOException("no ready pod behind " + service));
            open.add(client.pods().inNamespace(namespace).withName(pod.name()).portForward(pod.port(), connection, connection));
        } catch (IOException | RuntimeException unreachable) {
            // Whoever connected sees the connection close and may try again; a later try finds the next pod.
            quietly(connection);
        }
    }

    private record PodPort(String name, int port) {
    }

    private Optional<PodPort> readyPod() {
        Resource found = kube.get(Kind.SERVICE, namespace, service)
                .orElseThrow(() -> new KubeException(Reason.NOT_FOUND, "there is no service " + service));
        String portName = found.items("spec", "ports").stream().filter(p -> p.number("port") == servicePort)
                .map(p -> p.text("name")).findFirst()
                .orElseThrow(() -> new KubeException(Reason.NOT_FOUND, "service " + service + " has no port " + servicePort));
        for (Resource slice : kube.list(Kind.ENDPOINT_SLICE, namespace, java.util.Map.of("kubernetes.io/service-name", service))) {
            Optional<Long> port = slice.items("ports").stream().filter(p -> p.text("name").equals(portName))
                    .map(p -> p.number("port")).findFirst();
            if (port.isEmpty()) continue;
            for (Resource endpoint : slice.items("endpoints")) {
                boolean ready = endpoint.at("conditions", "ready").map(Boolean.TRUE::equals).orElse(true);
                if (ready && endpoint.text("targetRef", "kind").equals("Pod")) {
                    return Optional.of(new PodPort(endpoint.text("targetRef", "name"), port.get().intValue()));
                }
            }
        }
        return Optional.empty();
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // Closed is what was wanted.
        }
    }
}
