package dev.datamill.cluster;

import dev.datamill.config.Problems;
import dev.datamill.config.YamlReader;
import dev.datamill.event.Event;
import dev.datamill.process.Processes;
import dev.datamill.process.SystemProcesses;
import dev.datamill.target.Location;
import dev.datamill.target.Target;
import dev.datamill.target.TargetReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A machine whose programs are shell scripts: they run as real processes and keep a log of how they were called. */
final class ScriptedMachine {

    final Path home;
    final Path root;
    final Path state;
    final Processes processes;
    final List<Event> events = new ArrayList<>();
    private final Path programs;

    ScriptedMachine(Path folder) throws IOException {
        home = Files.createDirectories(folder.resolve("data-mill home"));
        root = Files.createDirectories(folder.resolve("root"));
        state = Files.createDirectories(folder.resolve("state"));
        programs = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(root.resolve("etc"));
        processes = new SystemProcesses(Map.of("PATH", programs + ":/usr/bin:/bin", "HOME", folder.toString(), "LC_ALL", "de_DE.UTF-8", "LANG", "de_DE.UTF-8"));
    }

    /** A program; in its body $S is the folder with its state, and the name of the language is checked for it. */
    ScriptedMachine program(String name, String body) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/sh\nS='" + state + "'\necho \"" + name + " $*\" >> \"$S/calls\"\necho \"$LC_ALL\" > \"$S/locale\"\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    ScriptedMachine file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    ScriptedMachine is(String flag) throws IOException {
        Files.writeString(state.resolve(flag), "");
        return this;
    }

    ScriptedMachine isNot(String flag) throws IOException {
        Files.deleteIfExists(state.resolve(flag));
        return this;
    }

    List<String> calls() throws IOException {
        Path log = state.resolve("calls");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    LinuxHost host() {
        return new LinuxHost(root, true);
    }

    static Target target(String yaml) {
        Problems problems = new Problems();
        Target target = new TargetReader(problems).read(YamlReader.readMapping("local:\n" + yaml.indent(2), "k8s/test.yaml", problems).orElseThrow(), "k8s/test.yaml", Location.LOCAL).orElseThrow();
        if (!problems.isEmpty()) throw new IllegalArgumentException(problems.all().toString());
        return target;
    }

    String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
