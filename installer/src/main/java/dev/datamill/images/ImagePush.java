package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Copies images to a registry with skopeo; at Amazon's it makes the repository first and logs in for the time of the copy. */
final class ImagePush {

    private static final Pattern ECR = Pattern.compile("(\\d+\\.dkr\\.ecr(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?)(/.*)?");
    private static final Pattern REGISTRY = Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?(/[a-z0-9._/-]+)?");

    private final Processes processes;
    private final Programs programs;
    private final ImageStore store;

    ImagePush(Processes processes, Programs programs, ImageStore store) {
        this.processes = processes;
        this.programs = programs;
        this.store = store;
    }

    String push(String reference, ImageStore.Built built, String to, Consumer<String> line) throws ImageException, InterruptedException {
        String registry = to.replaceAll("/+$", "");
        if (!REGISTRY.matcher(registry).matches()) {
            throw new ImageException("'" + to + "' is no registry", "write a host, with a port and a path where it has them: registry.example.org:5000/team");
        }
        String goal = registry + reference.substring(reference.indexOf('/'));
        String host = registry.contains("/") ? registry.substring(0, registry.indexOf('/')) : registry;
        List<String> skopeo = new ArrayList<>(List.of(programs.need("skopeo")));
        Path work = null;
        try {
            work = Files.createTempDirectory(store.folder("outgoing"), "push-");
            List<String> options = new ArrayList<>();
            // Only what never leaves this machine goes without TLS.
            boolean here = host.matches("(localhost|127\\.0\\.0\\.1)(:\\d+)?");
            if (here) options.add("--tls-verify=false");
            Matcher ecr = ECR.matcher(registry);
            if (ecr.matches()) options.addAll(List.of("--authfile", login(ecr, goal, work, line).toString()));
            if (there(skopeo, options, goal, built)) return goal;
            Path image = store.layout().view(store.layout().image(built.digest()), reference, work.resolve("image"));
            List<String> words = new ArrayList<>(skopeo);
            words.addAll(List.of("copy", "--quiet", "--retry-times", "3"));
            options.forEach(option -> words.add(option.startsWith("--tls-verify") ? "--dest-tls-verify=false" : option));
            words.addAll(List.of("oci:" + image, "docker://" + goal));
            line.accept("pushing to " + goal);
            run("push to " + goal, Command.of(words));
            return goal;
        } catch (IOException e) {
            throw Failure.of("push to " + goal, e);
        } finally {
            try {
                if (work != null) Artifacts.delete(work);
            } catch (IOException leftBehind) {
                line.accept("could not remove " + work);
            }
        }
    }

    private boolean there(List<String> skopeo, List<String> options, String goal, ImageStore.Built built) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(skopeo);
        words.addAll(List.of("inspect", "--format", "{{.Digest}}"));
        words.addAll(options);
        words.add("docker://" + goal);
        Processes.Result result = processes.run(Command.of(words));
        return result.ok() && result.out().strip().equals(built.digest());
    }

    /** The password goes from the one program to the other by its input, and into a file that ends with this push. */
    private Path login(Matcher ecr, String goal, Path work, Consumer<String> line) throws ImageException, IOException, InterruptedException {
        String aws = programs.need("aws");
        String host = ecr.group(1);
        String region = ecr.group(2);
        String repository = goal.substring(host.length() + 1, goal.lastIndexOf(':'));
        if (!processes.run(Command.of(aws, "ecr", "describe-repositories", "--region", region, "--repository-names", repository)).ok()) {
            line.accept("making the repository " + repository);
            run("make the repository " + repository, Command.of(aws, "ecr", "create-repository", "--region", region,
                    "--repository-name", repository, "--image-tag-mutability", "IMMUTABLE"));
        }
        String password = run("log in at " + host, Command.of(aws, "ecr", "get-login-password", "--region", region)).out().strip();
        Path file = work.resolve("auth.json");
        run("log in at " + host, Command.of(programs.need("skopeo"), "login", "--authfile", file.toString(), "--username", "AWS",
                "--password-stdin", host).input(password));
        return file;
    }

    private Processes.Result run(String what, Command command) throws ImageException, IOException, InterruptedException {
        Processes.Result result = processes.run(command);
        if (!result.ok()) throw Failure.of(what, command, result);
        return result;
    }
}
