package dev.datamill.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/** Who this run is, for others who want the same namespace, and how it tells whether they live. */
public record Myself(RunLease.Holder holder, RunLease.Times times, LongPredicate alive) {

    public static Myself here() {
        return new Myself(new RunLease.Holder(host(), ProcessHandle.current().pid(), boot()), RunLease.Times.USUAL,
                pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "unknown";
        }
    }

    /** Tells two starts of a machine apart; empty where the system has no such thing, and then silence decides. */
    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException notLinux) {
            return "";
        }
    }
}
