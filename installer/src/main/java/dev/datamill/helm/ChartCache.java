package dev.datamill.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.datamill.component.ChartSource;
import dev.datamill.config.PlainYaml;
import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The charts under DATAMILL_HOME. Archives are kept by the hash of their content; beside them a small file remembers
 * which source had which content, so that a second run needs no network.
 */
public final class ChartCache implements ChartStore {

    private static final String OCI_CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final Pattern CHALLENGE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Path root;
    private final Path cache;
    private final Map<String, String> env;
    private Web web;
    private final Processes processes;
    private final ObjectMapper json = new ObjectMapper();

    /** @param root of the project, where the charts of recipes with a path are */
    public ChartCache(Path root, Path cache, Map<String, String> env, Processes processes) {
        this.root = root;
        this.cache = cache;
        this.env = Map.copyOf(env);
        this.processes = processes;
    }

    @Override
    public Chart chart(ChartSource source) throws IOException, InterruptedException {
        if (source instanceof ChartSource.Folder folder) {
            Path path = root.resolve(folder.path());
            if (!Files.exists(path)) throw new IOException("there is no chart at " + folder.path());
            return new Chart(path, Files.isDirectory(path) ? hashOfFolder(path) : sha256(Files.readAllBytes(path)));
        }
        Optional<Chart> kept = kept(source);
        if (kept.isPresent()) return kept.get();
        if (source instanceof ChartSource.Git git) return remember(source, fromGit(git));
        byte[] archive = source instanceof ChartSource.Oci oci ? fromOci(oci) : fromRepository((ChartSource.Repository) source);
        String digest = sha256(archive);
        Optional<String> wanted = source instanceof ChartSource.Oci oci ? oci.digest() : ((ChartSource.Repository) source).digest();
        if (wanted.isPresent() && !bare(wanted.get()).equals(digest)) {
            throw new IOException("the chart that came is not the one that was asked for: its digest is sha256:" + digest + ", the recipe says " + wanted.get());
        }
        Path file = cache.resolve("content").resolve(digest + ".tgz");
        write(file, archive);
        return remember(source, new Chart(file, digest));
    }

    @Override
    public boolean present(ChartSource source) {
        if (source instanceof ChartSource.Folder folder) return Files.exists(root.resolve(folder.path()));
        try {
            return kept(source).isPresent();
        } catch (IOException broken) {
            return false;
        }
    }

    /** What was fetched before, if it is still what it was. */
    private Optional<Chart> kept(ChartSource source) throws IOException {
        Path note = note(source);
        if (!Files.isRegularFile(note)) return Optional.empty();
        String[] lines = Files.readString(note).split("\n");
        if (lines.length < 2) return Optional.empty();
        Path content = cache.resolve(lines[0]);
        if (!Files.exists(content)) return Optional.empty();
        String now = Files.isDirectory(content) ? hashOfFolder(content) : sha256(Files.readAllBytes(content));
        return now.equals(lines[1]) ? Optional.of(new Chart(content, now)) : Optional.empty();
    }

    private Chart remember(ChartSource source, Chart chart) throws IOException {
        write(note(source), (cache.relativize(chart.path()) + "\n" + chart.digest() + "\n").getBytes(StandardCharsets.UTF_8));
        return chart;
    }

    private Path note(ChartSource source) {
        return cache.resolve("sources").resolve(sha256(source.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] fromRepository(ChartSource.Repository source) throws IOException, InterruptedException {
        String base = source.url().replaceAll("/+$", "") + "/";
        String text = new String(web().body(URI.create(base + "index.yaml"), Map.of()), StandardCharsets.UTF_8);
        Object index = PlainYaml.document(text);
        Object entries = index instanceof Map<?, ?> map ? map.get("entries") : null;
        Object versions = entries instanceof Map<?, ?> map ? map.get(source.name()) : null;
        if (!(versions instanceof List<?> list) || list.isEmpty()) throw new IOException("repository " + source.url() + " has no chart " + source.name());
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> entry)) continue;
            boolean wanted = source.version().map(v -> v.equals(String.valueOf(entry.get("version")))).orElse(true);
            if (!wanted || !(entry.get("urls") instanceof List<?> urls) || urls.isEmpty()) continue;
            byte[] archive = web().body(URI.create(base).resolve(String.valueOf(urls.get(0))), Map.of());
            Object digest = entry.get("digest");
            if (digest != null && !bare(digest.toString()).equals(sha256(archive))) {
                throw new IOException("chart " + source.name() + " came damaged: its digest is not the one in the repository's index");
            }
            return archive;
        }
        throw new IOException("repository " + source.url() + " has no version " + source.version().orElse("") + " of chart " + source.name());
    }

    private byte[] fromOci(ChartSource.Oci source) throws IOException, InterruptedException {
        String reference = source.reference().replaceFirst("^oci://", "");
        int slash = reference.indexOf('/');
        if (slash < 0) throw new IOException(source.reference() + " names no chart");
        String host = reference.substring(0, slash);
        String name = reference.substring(slash + 1);
        String tag = source.version().orElseThrow(() -> new IOException(source.reference() + " needs a version")).replace('+', '_');
        // As everywhere with registries: plain HTTP is for this machine only.
        String base = (host.matches("(localhost|127\\..*)(:\\d+)?") ? "http://" : "https://") + host + "/v2/" + name;
        Map<String, String> headers = new HashMap<>();
        headers.put("Accept", "application/vnd.oci.image.manifest.v1+json");
        URI manifestAt = URI.create(base + "/manifests/" + tag);
        HttpResponse<byte[]> manifest = web().get(manifestAt, headers);
        if (manifest.statusCode() == 401) {
            headers.put("Authorization", "Bearer " + token(manifest, name));
            manifest = web().get(manifestAt, headers);
        }
        if (manifest.statusCode() == 404) throw new IOException(host + " has no version " + tag + " of chart " + name);
        if (manifest.statusCode() != 200) throw new IOException(host + " answered " + manifest.statusCode() + " for chart " + name);
        for (JsonNode layer : json.readTree(manifest.body()).path("layers")) {
            if (!layer.path("mediaType").asText().equals(OCI_CHART)) continue;
            String digest = layer.path("digest").asText();
            headers.remove("Accept");
            byte[] archive = web().body(URI.create(base + "/blobs/" + digest), headers);
            if (!sha256(archive).equals(bare(digest))) throw new IOException("chart " + name + " came damaged: its digest is not the one the registry named");
            return archive;
        }
        throw new IOException(source.reference() + " is no Helm chart");
    }

    /** Registries give a token to anybody for what is public. */
    private String token(HttpResponse<byte[]> refused, String name) throws IOException, InterruptedException {
        Map<String, String> parts = new HashMap<>();
        Matcher matcher = CHALLENGE.matcher(refused.headers().firstValue("WWW-Authenticate").orElse(""));
        while (matcher.find()) parts.put(matcher.group(1), matcher.group(2));
        if (!parts.containsKey("realm")) throw new IOException(refused.uri().getHost() + " wants a login for chart " + name);
        String query = "?service=" + encoded(parts.getOrDefault("service", "")) + "&scope=" + encoded("repository:" + name + ":pull");
        JsonNode answer = json.readTree(web().body(URI.create(parts.get("realm") + query), Map.of()));
        return answer.path("token").asText(answer.path("access_token").asText());
    }

    private Chart fromGit(ChartSource.Git source) throws IOException, InterruptedException {
        if (processes.find("git").isEmpty()) throw new IOException("a chart from git needs the program 'git', which is not on the PATH");
        Files.createDirectories(cache);
        Path clone = Files.createTempDirectory(cache, "git-");
        git(clone, "init", "--quiet");
        git(clone, "fetch", "--quiet", "--depth", "1", "--", source.url(), source.ref());
        git(clone, "checkout", "--quiet", "FETCH_HEAD");
        Path chart = clone.resolve(source.path()).normalize();
        if (!chart.startsWith(clone) || !Files.isRegularFile(chart.resolve("Chart.yaml"))) {
            throw new IOException("there is no chart at " + source.path() + " in " + source.url() + " at " + source.ref());
        }
        String digest = hashOfFolder(chart);
        Path kept = cache.resolve("content").resolve(digest);
        Files.createDirectories(kept.getParent());
        if (!Files.exists(kept)) Files.move(chart, kept);
        delete(clone);
        return new Chart(kept, digest);
    }

    private void git(Path folder, String... words) throws IOException, InterruptedException {
        Command command = Command.of(Stream.concat(Stream.of("git"), Stream.of(words)).toList()).in(folder)
                .env("GIT_TERMINAL_PROMPT", "0").within(Duration.ofMinutes(5));
        Processes.Result result = processes.run(command);
        if (!result.ok()) throw new IOException(command.pasteable() + ": " + result.lastWords());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                path.toFile().setWritable(true);
                Files.deleteIfExists(path);
            }
        }
    }

    /** Names and contents of all files, so that the same chart has the same hash wherever it lies. */
    static String hashOfFolder(Path folder) throws IOException {
        MessageDigest sha = sha();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                sha.update((folder.relativize(file) + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                sha.update(content);
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Written beside and moved into place: whoever looks sees all of it or nothing. */
    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Path part = Files.createTempFile(file.getParent(), "part-", "");
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Made when the first chart has to be fetched; most runs fetch none. */
    private synchronized Web web() {
        if (web == null) web = new Web(env);
        return web;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String bare(String digest) {
        return digest.replaceFirst("^sha256:", "");
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(sha().digest(content));
    }

    private static MessageDigest sha() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
