package dev.datamill.helm;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Fetching over HTTP the way the machine is set up for it: its proxies, and its certificate authorities beside Java's own. */
final class Web {

    private final HttpClient client;

    Web(Map<String, String> env) {
        HttpClient.Builder builder = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(15)).proxy(new EnvProxies(env));
        String authorities = env.getOrDefault("SSL_CERT_FILE", "");
        if (!authorities.isEmpty() && Files.isReadable(Path.of(authorities))) builder.sslContext(trusting(Path.of(authorities)));
        this.client = builder.build();
    }

    HttpResponse<byte[]> get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).header("User-Agent", "datamill");
        headers.forEach(request::header);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            Throwable root = e;
            while (root.getCause() != null) root = root.getCause();
            String words = root instanceof java.nio.channels.UnresolvedAddressException ? "the host's name does not resolve" : root.getMessage();
            throw new IOException(uri.getHost() + " cannot be reached: " + words, e);
        }
    }

    byte[] body(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(uri, headers);
        if (answer.statusCode() != 200) throw new IOException(uri + " answered " + answer.statusCode());
        return answer.body();
    }

    private static SSLContext trusting(Path bundle) {
        try (InputStream in = Files.newInputStream(bundle)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("bundle-" + count++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException broken) {
            throw new IllegalStateException("the certificates in " + bundle + " (SSL_CERT_FILE) cannot be read: " + broken.getMessage(), broken);
        }
    }

    /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. */
    static final class EnvProxies extends ProxySelector {
        private final Map<String, String> env;

        EnvProxies(Map<String, String> env) {
            this.env = env;
        }

        @Override
        public List<Proxy> select(URI uri) {
            String proxy = value(uri.getScheme() + "_proxy");
            if (proxy.isEmpty() || direct(uri.getHost())) return List.of(Proxy.NO_PROXY);
            URI at = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(at.getHost(), at.getPort() > 0 ? at.getPort() : 80)));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {
            // The client reports it to whoever asked.
        }

        private boolean direct(String host) {
            for (String entry : value("no_proxy").split(",")) {
                String name = entry.strip().replaceFirst("^\\*?\\.", "");
                if (name.equals("*") || !name.isEmpty() && (host.equals(name) || host.endsWith("." + name))) return true;
            }
            return false;
        }

        private String value(String name) {
            return env.getOrDefault(name, env.getOrDefault(name.toUpperCase(), ""));
        }
    }
}
