package dev.datamill.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Orders nodes so that each comes after what it waits for. Among those that are free to go, the one that was added
 * first goes first, so the same input always gives the same order.
 */
final class Graph {

    private final Map<String, Set<String>> waitsFor = new LinkedHashMap<>();

    void add(String node) {
        waitsFor.putIfAbsent(node, new LinkedHashSet<>());
    }

    /** Does nothing when either end is not in the graph. */
    void edge(String node, String before) {
        if (waitsFor.containsKey(node) && waitsFor.containsKey(before) && !node.equals(before)) waitsFor.get(node).add(before);
    }

    /** Empty when there is a loop. */
    Optional<List<String>> order() {
        List<String> listed = List.copyOf(waitsFor.keySet());
        Map<String, Integer> rank = new LinkedHashMap<>();
        for (String node : listed) rank.put(node, rank.size());
        Map<String, Integer> open = new LinkedHashMap<>();
        Map<String, List<String>> after = new LinkedHashMap<>();
        TreeSet<String> free = new TreeSet<>(Comparator.comparing(rank::get));
        for (String node : listed) {
            open.put(node, waitsFor.get(node).size());
            for (String before : waitsFor.get(node)) after.computeIfAbsent(before, key -> new ArrayList<>()).add(node);
            if (waitsFor.get(node).isEmpty()) free.add(node);
        }
        List<String> order = new ArrayList<>();
        while (!free.isEmpty()) {
            String next = free.pollFirst();
            order.add(next);
            for (String node : after.getOrDefault(next, List.of())) {
                if (open.merge(node, -1, Integer::sum) == 0) free.add(node);
            }
        }
        return order.size() == listed.size() ? Optional.of(order) : Optional.empty();
    }

    /** A loop, its first node again at the end; empty when there is none. */
    List<String> loop() {
        Set<String> harmless = new LinkedHashSet<>();
        for (String start : waitsFor.keySet()) {
            List<String> path = new ArrayList<>();
            List<String> loop = walk(start, path, harmless);
            if (!loop.isEmpty()) return loop;
        }
        return List.of();
    }

    private List<String> walk(String node, List<String> path, Set<String> harmless) {
        if (harmless.contains(node)) return List.of();
        int before = path.indexOf(node);
        if (before >= 0) {
            List<String> loop = new ArrayList<>(path.subList(before, path.size()));
            loop.add(node);
            return loop;
        }
        path.add(node);
        for (String next : waitsFor.get(node)) {
            List<String> loop = walk(next, path, harmless);
            if (!loop.isEmpty()) return loop;
        }
        path.remove(path.size() - 1);
        harmless.add(node);
        return List.of();
    }
}
