package dev.datamill.flavour;

import dev.datamill.config.Located;
import dev.datamill.config.Yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user wants: which components, where, and what differs from their recipes.
 *
 * @param selected the listed components in their order; empty means all
 * @param sections what the flavour says of single components, by the name written there
 */
public record Flavour(
        String name,
        String file,
        Path folder,
        Located<String> namespace,
        Optional<List<Located<String>>> selected,
        Optional<Located<String>> targetFile,
        List<Located<String>> componentDefaults,
        Optional<Located<Path>> configFolder,
        Located<String> dataFolder,
        int proxyPort,
        Map<String, Located<String>> providers,
        Optional<String> mirror,
        boolean sequential,
        Optional<Yaml.Mapping> local,
        Optional<Yaml.Mapping> remote,
        Map<String, Yaml.Entry> sections) {

    public Flavour {
        componentDefaults = List.copyOf(componentDefaults);
        providers = Map.copyOf(providers);
    }

    public boolean selectsAll() {
        return selected.isEmpty();
    }
}
