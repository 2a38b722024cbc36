package dev.datamill.session;

import dev.datamill.config.Json;
import dev.datamill.images.ImageException;
import dev.datamill.images.LocalRegistry;

import java.util.LinkedHashMap;
import java.util.Map;

/** The registry of this machine. */
public final class RegistrySession {

    private final Surroundings around;
    private final LocalRegistry registry;

    public RegistrySession(Surroundings around, LocalRegistry registry) {
        this.around = around;
        this.registry = registry;
    }

    public ExitStatus start(int port) throws Stop, InterruptedException {
        try {
            String address = registry.start(port);
            around.console().out().println(address);
            around.console().say("push to it:           datamill images push --to " + address);
            around.console().say("use it in a flavour:  project: {images: {mirror: " + address + "}}");
            return ExitStatus.DONE;
        } catch (ImageException e) {
            throw new Stop(ExitStatus.FAILED, e.getMessage(), e.remedy());
        }
    }

    public ExitStatus stop() throws Stop, InterruptedException {
        try {
            around.console().say(registry.stop() ? "the registry is stopped; what was pushed stays" : "the registry was not running");
            return ExitStatus.DONE;
        } catch (ImageException e) {
            throw new Stop(ExitStatus.FAILED, e.getMessage(), e.remedy());
        }
    }

    /** Exit status 1 where none runs, so that a script can ask. */
    public ExitStatus status(boolean json) throws Stop {
        try {
            LocalRegistry.Status status = registry.status();
            if (json) {
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("state", status.running() ? "running" : "stopped");
                shown.put("address", status.running() ? status.address() : null);
                shown.put("size", status.bytes());
                around.console().out().print(Json.pretty(shown));
            } else {
                around.console().out().println((status.running() ? "running at " + status.address() : "stopped")
                        + ", " + status.bytes() / 1_000_000 + " MB");
            }
            return status.running() ? ExitStatus.DONE : ExitStatus.FAILED;
        } catch (ImageException e) {
            throw new Stop(ExitStatus.FAILED, e.getMessage(), e.remedy());
        }
    }
}
