package dev.datamill.session;

import dev.datamill.config.Json;
import dev.datamill.event.Redaction;
import dev.datamill.kube.Kube;
import dev.datamill.plan.Plan;
import dev.datamill.run.Reaching;
import dev.datamill.run.Status;
import dev.datamill.workspace.ProjectSources;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** What a person does with a platform that is up: look how it is, why it is not well, get to it. */
public final class LookSession {

    private final Surroundings around;
    private final ProjectSources.ImageCatalog catalog;
    private final Wiring wiring;

    public LookSession(Surroundings around, ProjectSources.ImageCatalog catalog, Wiring wiring) {
        this.around = around;
        this.catalog = catalog;
        this.wiring = wiring;
    }

    private interface Work {
        ExitStatus with(Plan plan, Kube kube) throws Stop, InterruptedException;
    }

    private ExitStatus looking(Flags flags, Work work) throws Stop, InterruptedException {
        Plan plan = new Planning(around.workspace(), catalog).decided(flags);
        try (Reach.Reached reached = new Reach(around, wiring).reach(flags, plan.target(), false, event -> { })) {
            return work.with(plan, reached.kube());
        }
    }

    /** Done when all is ready, failed otherwise. */
    public ExitStatus status(Flags flags) throws Stop, InterruptedException {
        return looking(flags, (plan, kube) -> {
            List<Status.Line> lines = new Status(kube).of(plan);
            if (flags.json()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("namespace", plan.namespace());
                json.put("components", lines.stream().map(Status.Line::json).toList());
                around.console().out().print(Json.pretty(json));
            } else {
                int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(1);
                for (Status.Line line : lines) {
                    around.console().out().println(("%-" + width + "s  %-7s  %d/%d pods  %s").formatted(line.name(), line.state(), line.ready(), line.total(),
                            String.join(", ", line.endpoints())).stripTrailing());
                    line.cause().ifPresent(cause -> around.console().out().println("    " + cause.text().replace("\n", "\n    ")));
                }
            }
            return lines.stream().allMatch(line -> line.state().equals("ready")) ? ExitStatus.DONE : ExitStatus.FAILED;
        });
    }

    /** One component in depth: the cause, its evidence, and what to do. */
    public ExitStatus why(Flags flags, String name) throws Stop, InterruptedException {
        return looking(flags, (plan, kube) -> {
            named(plan, name);
            Status.Line line = new Status(kube).of(plan).stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
            Console console = around.console();
            console.out().println(name + " is " + line.state() + " (" + line.ready() + " of " + line.total() + " pods ready)");
            line.waiting().forEach(what -> console.out().println("  " + what));
            line.cause().ifPresent(cause -> {
                console.out().println("  " + cause.what());
                if (!cause.evidence().isBlank()) console.out().println("    " + cause.evidence().strip().replace("\n", "\n    "));
                if (!cause.advice().isBlank()) console.out().println("  → " + cause.advice());
            });
            return line.state().equals("ready") ? ExitStatus.DONE : ExitStatus.FAILED;
        });
    }

    public ExitStatus credentials(Flags flags, Optional<String> name) throws Stop, InterruptedException {
        return looking(flags, (plan, kube) -> {
            if (name.isPresent()) named(plan, name.get());
            List<Map<String, Object>> rows = new Reaching(kube, new Redaction()).credentials(plan, name);
            if (flags.json()) {
                around.console().out().print(Json.pretty(rows));
            } else {
                for (Map<String, Object> row : rows) {
                    around.console().out().println(row.get("component") + " (Secret " + row.get("secret") + ")");
                    ((Map<?, ?>) row.get("values")).forEach((key, value) -> around.console().out().println("  " + key + ": " + value));
                }
            }
            if (rows.isEmpty()) around.console().say("there are no credentials" + name.map(n -> " of " + n).orElse(""));
            return ExitStatus.DONE;
        });
    }

    public ExitStatus logs(Flags flags, String name, int lines, boolean follow) throws Stop, InterruptedException {
        return looking(flags, (plan, kube) -> {
            named(plan, name);
            List<AutoCloseable> open = new ArrayList<>();
            CountDownLatch ended = new CountDownLatch(1);
            wiring.interrupts().onFirst(ended::countDown);
            for (Reaching.Container container : new Reaching(kube, new Redaction()).containers(plan, name)) {
                String prefix = container.pod() + "/" + container.name() + "  ";
                if (follow) {
                    open.add(kube.followLogs(container.namespace(), container.pod(), container.name(), lines, line -> {
                        synchronized (this) {
                            around.console().out().println(prefix + line);
                            around.console().out().flush();
                        }
                    }));
                } else {
                    kube.logs(container.namespace(), container.pod(), container.name(), false, lines).lines()
                            .forEach(line -> around.console().out().println(prefix + line));
                }
            }
            if (follow && !open.isEmpty()) ended.await();
            for (AutoCloseable each : open) closed(each);
            return ExitStatus.DONE;
        });
    }

    /** Ports of this machine that lead to the endpoints, until Ctrl-C. An address is printed once it has answered. */
    public ExitStatus open(Flags flags, Optional<String> name) throws Stop, InterruptedException {
        return looking(flags, (plan, kube) -> {
            if (name.isPresent()) named(plan, name.get());
            CountDownLatch ended = new CountDownLatch(1);
            wiring.interrupts().onFirst(ended::countDown);
            List<Kube.Forward> forwards = new ArrayList<>();
            try {
                for (Reaching.Address address : new Reaching(kube, new Redaction()).addresses(plan, name)) {
                    Kube.Forward forward = kube.forward(address.namespace(), address.service(), address.port(), free(address.port()));
                    forwards.add(forward);
                    if (answers(forward.port())) {
                        around.console().out().println(address.component() + " " + address.name() + "  " + address.scheme() + "://127.0.0.1:" + forward.port());
                        around.console().out().flush();
                    } else {
                        around.console().say(address.component() + " " + address.name() + " does not answer yet ('datamill why " + address.component() + "')");
                    }
                }
                if (forwards.isEmpty()) throw new Stop(ExitStatus.FAILED, "there is nothing to open" + name.map(n -> " of " + n).orElse(""), "see 'datamill status'");
                around.console().say("Ctrl-C ends the forwarding");
                ended.await();
                return ExitStatus.DONE;
            } finally {
                forwards.forEach(Kube.Forward::close);
            }
        });
    }

    /** The service's own port where nobody has it, since that is what people know. */
    private static int free(int port) {
        if (port < 1024) return 0;
        try (java.net.ServerSocket probe = new java.net.ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (java.io.IOException taken) {
            return 0;
        }
    }

    /** A forwarded connection that has no pod behind it is closed at once; one that has stays open until somebody speaks. */
    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket.setSoTimeout(1500);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException silent) {
            return true;
        } catch (java.io.IOException refused) {
            return false;
        }
    }

    private static void named(Plan plan, String name) throws Stop {
        if (plan.component(name).isEmpty()) {
            throw new Stop(ExitStatus.USAGE, "flavour " + plan.flavour() + " has no component '" + name + "'",
                    dev.datamill.config.Problems.suggest(name, plan.order()));
        }
    }

    private static void closed(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception alreadyGone) {
            // Closed is what was wanted.
        }
    }
}
