package dev.datamill.target;

import dev.datamill.config.Located;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a platform goes: which kind of cluster, how large, and how to reach it. */
public record Target(
        String file,
        Location location,
        Located<String> provider,
        String name,
        Optional<String> kubernetesVersion,
        Optional<Integer> cpus,
        Optional<String> memory,
        Optional<String> storage,
        Optional<String> vmDriver,
        boolean gpu,
        List<String> addons,
        List<String> images,
        Optional<String> region,
        Optional<Located<String>> kubeconfig,
        Optional<Located<String>> context,
        Optional<String> registry,
        Optional<String> mirror,
        List<String> imagePullSecrets,
        Optional<Located<String>> caBundle,
        List<Located<String>> componentDefaults,
        Map<String, List<String>> commands,
        Map<String, Object> variables) {

    public Target {
        addons = List.copyOf(addons);
        images = List.copyOf(images);
        imagePullSecrets = List.copyOf(imagePullSecrets);
        componentDefaults = List.copyOf(componentDefaults);
        commands = Map.copyOf(commands);
        variables = Map.copyOf(variables);
    }
}
