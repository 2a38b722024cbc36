package dev.datamill.plan;

import dev.datamill.TestProject;
import dev.datamill.session.Flags;
import dev.datamill.session.Planning;
import dev.datamill.target.Location;
import dev.datamill.workspace.FolderImages;
import dev.datamill.workspace.Workspace;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Times the planning of thirty components, from reading the files to the text. Run by bench/plan; not a test. */
public final class PlanBench {

    /** Processor time: what else the machine does must not count. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

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
        long[] times = new long[200];
        Flags flags = new Flags(Optional.of(Location.LOCAL), Optional.of("thirty"), Optional.empty(), List.of(), Optional.empty(), Optional.empty(),
                Optional.empty(), false, "auto", true, false, Optional.empty(), false, true, false);
        for (int round = 0; round < times.length; round++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            Planning planning = new Planning(new Workspace(folder, folder), new FolderImages(folder.resolve("registry/images")));
            String text = PlanText.of(planning.plan(flags).orElseThrow(), PlanChanges.UNKNOWN, false);
            times[round] = CLOCK.getCurrentThreadCpuTime() - start;
            if (!planning.problems().isEmpty() || !text.contains("30 components")) throw new IllegalStateException(text + planning.problems().all());
        }
        long first = times[0];
        Arrays.sort(times);
        System.out.printf("30 components, processor time: first %.1f ms, median of %d %.1f ms, best %.1f ms%n",
                first / 1e6, times.length, times[times.length / 2] / 1e6, times[0] / 1e6);
    }
}
