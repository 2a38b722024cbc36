package dev.datamill.session;

import dev.datamill.config.Json;
import dev.datamill.config.Problems;
import dev.datamill.event.Event;
import dev.datamill.event.Events;
import dev.datamill.images.ImageBuilds;
import dev.datamill.images.ImageCatalog;
import dev.datamill.images.ImageException;
import dev.datamill.images.ImageSpec;
import dev.datamill.images.ImageStore;
import dev.datamill.images.Images;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The verbs of the own images. */
public final class ImagesSession {

    private final Surroundings around;
    private final Images images;

    public ImagesSession(Surroundings around, Images images) {
        this.around = around;
        this.images = images;
    }

    public ExitStatus list(boolean json) throws Stop {
        ImageCatalog catalog = catalog();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ImageSpec image : catalog.all()) {
            String key = catalog.key(image);
            Optional<ImageStore.Built> built = images.store().find(image, key);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", image.name());
            row.put("reference", catalog.reference(image));
            row.put("state", images.store().state(image, key).name().toLowerCase(java.util.Locale.ROOT));
            row.put("size", built.map(ImageStore.Built::bytes).orElse(null));
            row.put("summary", image.summary());
            rows.add(row);
        }
        if (json) {
            around.console().out().print(Json.pretty(rows));
            return ExitStatus.DONE;
        }
        int width = rows.stream().mapToInt(row -> row.get("reference").toString().length()).max().orElse(0);
        for (Map<String, Object> row : rows) {
            String size = row.get("size") == null ? "" : "%d MB".formatted((Long) row.get("size") / 1_000_000);
            around.console().out().println(("%-" + width + "s  %-6s  %8s").formatted(row.get("reference"), row.get("state"), size).stripTrailing());
        }
        return ExitStatus.DONE;
    }

    public ExitStatus build(List<String> names, Events events) throws Stop, InterruptedException {
        ImageCatalog catalog = catalog();
        try {
            ImageBuilds.Result result = images.build(catalog, chosen(catalog, names), events);
            long made = result.outcomes().values().stream().filter(outcome -> outcome == dev.datamill.event.Outcome.CREATED).count();
            if (result.ok()) around.console().say(made == 0 ? "every image is current" : made + (made == 1 ? " image built" : " images built"));
            return result.ok() ? ExitStatus.DONE : ExitStatus.FAILED;
        } catch (ImageException e) {
            throw new Stop(ExitStatus.FAILED, e.getMessage(), e.remedy());
        }
    }

    public ExitStatus push(List<String> names, String to, Events events) throws Stop, InterruptedException {
        ImageCatalog catalog = catalog();
        List<String> chosen = chosen(catalog, names);
        try {
            ImageBuilds.Result result = images.build(catalog, chosen, events);
            if (!result.ok()) return ExitStatus.FAILED;
            for (String name : chosen) {
                around.console().out().println(images.push(catalog, catalog.find(name).orElseThrow(), to, events));
            }
            return ExitStatus.DONE;
        } catch (ImageException e) {
            throw new Stop(ExitStatus.FAILED, e.getMessage(), e.remedy());
        }
    }

    /** Those that were named; without a name all but those that are only built by name. */
    private static List<String> chosen(ImageCatalog catalog, List<String> names) throws Stop {
        for (String name : names) {
            if (catalog.find(name).isEmpty()) {
                throw new Stop(ExitStatus.USAGE, "there is no image '" + name + "'", Problems.suggest(name, catalog.names()));
            }
        }
        return names.isEmpty() ? catalog.all().stream().filter(image -> !image.optional()).map(ImageSpec::name).toList() : names;
    }

    private ImageCatalog catalog() throws Stop {
        Problems problems = new Problems();
        ImageCatalog catalog = images.catalog(problems);
        if (problems.isEmpty()) return catalog;
        ProblemsReport.show(problems.all(), around.console());
        throw new Stop(ExitStatus.USAGE, "the images cannot be read", "correct what is listed above");
    }

    /** Plain lines for a person: what begins, which step it is at, how it ended. */
    public Events lines() {
        Map<String, String> last = new java.util.concurrent.ConcurrentHashMap<>();
        return event -> {
            String subject = event.subject().step().isEmpty() ? event.subject().component() : event.subject().step();
            if (event instanceof Event.Started) around.console().say(subject + ": building");
            else if (event instanceof Event.Finished finished) around.console().say(subject + ": " + finished.message());
            else if (event instanceof Event.Skipped skipped) around.console().say(subject + ": skipped, " + skipped.reason());
            else if (event instanceof Event.Note note) around.console().say(note.message());
            else if (event instanceof Event.Failed failed) around.console().say(subject + ": failed\n  " + failed.message() + "\n  fix: " + failed.advice());
            else if (event instanceof Event.Progress progress) {
                String step = progress.total() > 0 ? "step %d of %d: ".formatted(progress.done(), progress.total()) + progress.message() : progress.message();
                // Downloads say a lot; a line for each package would hide the rest.
                boolean detail = progress.total() == 0 && step.contains(": ");
                if (!detail && !step.equals(last.put(subject, step))) around.console().say(subject + ": " + step);
            }
        };
    }
}
