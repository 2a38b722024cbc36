package dev.datamill.plan;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GraphTest {

    private record Edge(String node, String before) {
    }

    @Test
    void anyGraphWithoutALoopGivesAnOrderThatKeepsEveryNeed() {
        Random random = new Random(20261121);
        for (int round = 0; round < 500; round++) {
            List<String> nodes = nodes(random, 1 + random.nextInt(40));
            List<Edge> edges = acyclic(random, nodes);
            List<String> order = graph(nodes, edges).order().orElseThrow();
            assertEquals(nodes.size(), order.size());
            assertTrue(order.containsAll(nodes));
            for (Edge edge : edges) {
                assertTrue(order.indexOf(edge.before) < order.indexOf(edge.node), () -> edge + " in " + order);
            }
        }
    }

    @Test
    void theOrderIsStableAndDoesNotDependOnTheOrderOfTheEdges() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            List<String> nodes = nodes(random, 25);
            List<Edge> edges = acyclic(random, nodes);
            List<Edge> shuffled = new ArrayList<>(edges);
            java.util.Collections.shuffle(shuffled, random);
            assertEquals(graph(nodes, edges).order(), graph(nodes, shuffled).order());
        }
    }

    @Test
    void amongTheFreeTheListedOrderDecides() {
        assertEquals(List.of("c", "a", "b"), graph(List.of("c", "a", "b"), List.of()).order().orElseThrow());
        assertEquals(List.of("a", "c", "b"), graph(List.of("c", "a", "b"), List.of(new Edge("c", "a"))).order().orElseThrow());
    }

    @Test
    void aLoopIsSpeltOutFromItsFirstNodeToItselfAndIsReallyALoop() {
        Random random = new Random(99);
        for (int round = 0; round < 200; round++) {
            List<String> nodes = nodes(random, 3 + random.nextInt(20));
            List<Edge> edges = acyclic(random, nodes);
            for (int i = 0; i < 2; i++) edges.add(new Edge(nodes.get(i), nodes.get((i + 1) % 2)));
            Graph graph = graph(nodes, edges);
            assertTrue(graph.order().isEmpty());
            List<String> loop = graph.loop();
            assertEquals(loop.get(0), loop.get(loop.size() - 1));
            for (int i = 0; i + 1 < loop.size(); i++) {
                assertTrue(edges.contains(new Edge(loop.get(i), loop.get(i + 1))), () -> loop.toString());
            }
        }
    }

    private static List<String> nodes(Random random, int count) {
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) nodes.add("n" + i);
        java.util.Collections.shuffle(nodes, random);
        return nodes;
    }

    private static List<Edge> acyclic(Random random, List<String> nodes) {
        List<String> hidden = new ArrayList<>(nodes);
        java.util.Collections.shuffle(hidden, random);
        List<Edge> edges = new ArrayList<>();
        for (int i = 1; i < hidden.size(); i++) {
            for (int j = 0; j < i; j++) if (random.nextInt(6) == 0) edges.add(new Edge(hidden.get(i), hidden.get(j)));
        }
        return edges;
    }

    private static Graph graph(List<String> nodes, List<Edge> edges) {
        Graph graph = new Graph();
        nodes.forEach(graph::add);
        edges.forEach(edge -> graph.edge(edge.node, edge.before));
        return graph;
    }
}
