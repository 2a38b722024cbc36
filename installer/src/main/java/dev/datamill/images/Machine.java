package dev.datamill.images;

import dev.datamill.process.Command;
import dev.datamill.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What builds take from the machine they run on: where packages come from, whom to trust, and a first file system. */
final class Machine {

    static final String RELEASE = "bookworm";
    private static final String DEBIAN = "localhost/datamill/debian:" + RELEASE;
    private static final String IN_A_BUILD = "/run/machine";
    private static final List<String> LEAVE_OUT = List.of("path-exclude=/usr/share/man/*", "path-exclude=/usr/share/info/*",
            "path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright",
            "path-exclude=/usr/share/locale/*", "path-include=/usr/share/locale/locale.alias");

    private final Processes processes;
    private final Map<String, String> env;
    private final Path apt;
    private final Programs programs;

    /** @param apt the folder /etc/apt of this machine */
    Machine(Processes processes, Map<String, String> env, Path apt, Programs programs) {
        this.processes = processes;
        this.env = Map.copyOf(env);
        this.apt = apt;
        this.programs = programs;
    }

    /** Fills the folder that is mounted into builds: the scripts, and where this machine is Debian its package sources with their lists. */
    Path folder(Path scripts, Path folder) throws ImageException, InterruptedException {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(scripts)) {
                for (Path file : files.toList()) Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            Optional<Path> authorities = authorities();
            if (authorities.isPresent()) Files.copy(authorities.get(), folder.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
            AptSources sources = AptSources.of(apt, RELEASE);
            if (sources.isEmpty() || processes.find("apt-get").isEmpty()) return folder;
            Path parts = Files.createDirectories(folder.resolve("sources.d"));
            Files.writeString(parts.resolve("debian.sources"), sources.text());
            Path lists = Files.createDirectories(folder.resolve("lists"));
            // One update for all builds.
            Command update = Command.of("apt-get", "-qq", "update", "-o", "Dir::Etc::sourcelist=/dev/null", "-o", "Dir::Etc::sourceparts=" + parts,
                    "-o", "Dir::State::lists=" + lists, "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "-o", "APT::Sandbox::User=root",
                    "-o", "Acquire::Languages=none", "-o", "APT::Update::Post-Invoke-Success::=true");
            Processes.Result result = processes.run(update);
            if (!result.ok()) throw Failure.of("fetch Debian's package lists", update, result);
            Files.deleteIfExists(lists.resolve("lock"));
            Files.writeString(folder.resolve("apt.conf"), settings(authorities.isPresent()));
            return folder;
        } catch (IOException e) {
            throw Failure.of("prepare the build", e);
        }
    }

    private String settings(boolean authorities) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>(List.of("Dir::Etc::sourcelist \"/dev/null\";",
                "Dir::Etc::sourceparts \"" + IN_A_BUILD + "/sources.d\";", "Dir::State::lists \"" + IN_A_BUILD + "/lists\";"));
        if (authorities) lines.add("Acquire::https::CaInfo \"" + IN_A_BUILD + "/ca.crt\";");
        // The proxy of this machine's apt, as apt itself understands its files.
        processes.run(Command.of("apt-config", "dump", "Acquire")).out().lines()
                .filter(line -> line.matches("Acquire::https?::Proxy(::\\S+)? \".+\";")).forEach(lines::add);
        return String.join("\n", lines) + "\n";
    }

    private Optional<Path> authorities() {
        return Stream.of(env.getOrDefault("SSL_CERT_FILE", ""), "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
                .filter(file -> !file.isBlank()).map(Path::of).filter(Files::isReadable).findFirst();
    }

    /** A reference that a build can stand on: Debian as a registry has it, else made of this machine's own sources. */
    String debian(Builder builder, Path work, java.util.function.Consumer<String> line) throws ImageException, InterruptedException {
        if (builder.has(DEBIAN)) return DEBIAN;
        String published = "docker.io/library/debian:" + RELEASE + "-slim";
        AptSources sources;
        try {
            sources = AptSources.of(apt, RELEASE);
        } catch (IOException e) {
            throw Failure.of("read this machine's package sources", e);
        }
        line.accept("asking for " + published);
        if (builder.has(published) || builder.pull(published)) return published;
        if (sources.isEmpty()) {
            throw new ImageException("no registry gives Debian's image, and this machine is no Debian that it could be made from",
                    "let " + builder.shown() + " reach a registry (try: " + builder.shown() + " pull " + published + "), or build on Debian 12");
        }
        line.accept("making Debian's file system from this machine's package sources");
        programs.need("mmdebstrap");
        try {
            Path context = Files.createDirectories(work.resolve("debian"));
            Path settings = context.resolve("sources");
            Files.writeString(settings, sources.text());
            List<String> words = new ArrayList<>(List.of("mmdebstrap", "--variant=minbase", "--include=usr-is-merged",
                    "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", "--aptopt=Apt::Install-Recommends \"false\""));
            LEAVE_OUT.forEach(option -> words.add("--dpkgopt=" + option));
            words.addAll(List.of(RELEASE, context.resolve("rootfs.tar").toString(), settings.toString()));
            Command make = Command.of(words);
            Processes.Result made = processes.run(make, line);
            if (!made.ok()) throw Failure.of("make Debian's file system", make, made);
            Files.delete(settings);
            Files.writeString(context.resolve("Containerfile"), "FROM scratch\nADD rootfs.tar /\nCMD [\"bash\"]\n");
            builder.build(new Builder.Build(DEBIAN, context, context, Map.of(), Map.of()), line);
            return DEBIAN;
        } catch (IOException e) {
            throw Failure.of("make Debian's file system", e);
        }
    }

}
