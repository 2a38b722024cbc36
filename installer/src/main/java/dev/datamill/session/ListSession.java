package dev.datamill.session;

import dev.datamill.component.Component;
import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.config.Place;
import dev.datamill.flavour.FlavourReader;
import dev.datamill.target.Location;
import dev.datamill.target.TargetReader;
import dev.datamill.workspace.Workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Lists what there is to choose from. */
public final class ListSession {

    private final Surroundings around;
    private final Workspace workspace;
    private final Problems problems = new Problems();

    public ListSession(Surroundings around) {
        this.around = around;
        this.workspace = around.workspace();
    }

    public ExitStatus components(boolean json) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Component component : workspace.catalog(problems).all()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", component.name());
            row.put("summary", component.summary());
            row.put("category", component.category());
            row.put("provides", component.provides().stream().sorted().toList());
            row.put("aliases", component.aliases());
            row.put("upstream", component.upstream().map(u -> u.state() + (u.since().isEmpty() ? "" : ", " + u.since())));
            row.put("recipes", workspace.yamlFiles("components/" + component.name()).stream()
                    .map(file -> file.getFileName().toString()).filter(name -> name.matches("config(_.*)?\\.yaml")).toList());
            rows.add(row);
        }
        return show(rows, json, "category");
    }

    public ExitStatus flavours(boolean json) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Path file : workspace.yamlFiles("flavours")) {
            workspace.read(file, Place.of(workspace.shown(file)), problems).ifPresent(yaml -> {
                var flavour = new FlavourReader(problems).read(yaml, workspace.shown(file), file);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", flavour.name());
                row.put("summary", summary(file));
                row.put("file", workspace.shown(file));
                row.put("namespace", flavour.namespace().value());
                row.put("components", flavour.selected().map(names -> names.stream().map(n -> (Object) n.value()).toList())
                        .orElse(List.of("all")));
                rows.add(row);
            });
        }
        return show(rows, json, "components");
    }

    public ExitStatus targets(boolean json) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Path file : workspace.yamlFiles("k8s")) {
            workspace.read(file, Place.of(workspace.shown(file)), problems).ifPresent(yaml -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", file.getFileName().toString().replace(".yaml", ""));
                row.put("summary", summary(file));
                row.put("file", workspace.shown(file));
                // A file that is a form to fill in has problems of its own; listing it is still right.
                TargetReader reader = new TargetReader(new Problems());
                for (Location location : Location.values()) {
                    reader.read(yaml, workspace.shown(file), location)
                            .ifPresent(target -> row.put(location.toString(), target.provider().value()));
                }
                rows.add(row);
            });
        }
        return show(rows, json, "local", "remote");
    }

    private ExitStatus show(List<Map<String, Object>> rows, boolean json, String... columns) {
        if (!problems.isEmpty()) {
            ProblemsReport.show(problems.all(), around.console());
            return ExitStatus.USAGE;
        }
        if (json) {
            around.console().out().print(Json.pretty(rows));
            return ExitStatus.DONE;
        }
        int width = rows.stream().mapToInt(row -> row.get("name").toString().length()).max().orElse(0);
        for (Map<String, Object> row : rows) {
            List<String> extras = new ArrayList<>();
            for (String column : columns) {
                Object value = row.get(column);
                if (value instanceof List<?> list) extras.add(list.stream().map(String::valueOf).collect(Collectors.joining(", ")));
                else if (value != null) extras.add((columns.length > 1 ? column + ": " : "") + value);
            }
            around.console().out().println(("%-" + width + "s  %s").formatted(row.get("name"), row.get("summary"))
                    + (extras.isEmpty() ? "" : " (" + String.join("; ", extras) + ")"));
        }
        return ExitStatus.DONE;
    }

    /** The comment a file begins with says for whom it is. */
    private static String summary(Path file) {
        try {
            String comment = Files.readAllLines(file).stream()
                    .dropWhile(line -> line.isBlank() || line.startsWith("# yaml-language-server"))
                    .takeWhile(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("^#\\s*", ""))
                    .collect(Collectors.joining(" "));
            return comment.replaceFirst("(?<=[a-z)])[.:] .*", "").replaceFirst("[.]$", "");
        } catch (IOException e) {
            return "";
        }
    }
}
