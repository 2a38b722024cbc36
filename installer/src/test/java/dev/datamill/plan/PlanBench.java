package dev.datamill.plan;

import dev.datamill.TestProject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Times the planning of thirty components, from reading the files to the text. Run by bench/plan; not a test. */
public final class PlanBench {

    private PlanBench() {
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("plan-bench");
        TestProject project = new TestProject(folder).copy(Path.of("src/test/resources/plan/_project"));
        StringBuilder all = new StringBuilder("project: {flavour: [lake");
        for (int i = 0; i < 29; i++) {
            project.file("components/part%02d/component.yaml".formatted(i), "summary: Part %d\n".formatted(i));
            project.file("components/part%02d/config.yaml".formatted(i), """
                    needs: [%s]
                    chart: {path: helm-charts/plain}
                    values: {s3: {endpoint: "${s3.endpoint}", secret: "${s3.secret}"}, replicas: %d}
                    """.formatted(i < 3 ? "s3" : "part%02d, s3".formatted(i - 3), i));
            all.append(", part%02d".formatted(i));
        }
        project.file("flavours/thirty.yaml", all + "]}\n");
        long[] times = new long[40];
        for (int round = 0; round < times.length; round++) {
            long start = System.nanoTime();
            TestProject.Answer answer = project.run("plan", "-l", "-f", "thirty", "--offline");
            times[round] = System.nanoTime() - start;
            if (answer.status() != 0) throw new IllegalStateException(answer.err());
        }
        long first = times[0];
        Arrays.sort(times);
        System.out.printf("30 components: first %.1f ms, median of %d %.1f ms, best %.1f ms%n",
                first / 1e6, times.length, times[times.length / 2] / 1e6, times[0] / 1e6);
    }
}
