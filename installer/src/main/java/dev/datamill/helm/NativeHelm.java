package dev.datamill.helm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.UninstallCommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Helm's own code, called in this process. Its library swaps the process's outputs during a call and takes over the
 * signal handlers, so calls go one at a time and the handlers are put back after each.
 */
public final class NativeHelm implements Helm {

    private final Path kubeconfig;
    private final Path scratch;
    private final Runnable takeSignalsBack;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param kubeconfig its current context is the cluster
     * @param scratch a folder of our own for the moment of a call
     */
    public NativeHelm(Path kubeconfig, Path scratch, Runnable takeSignalsBack) {
        this.kubeconfig = kubeconfig;
        this.scratch = scratch;
        this.takeSignalsBack = takeSignalsBack;
    }

    @Override
    public void release(Request request) throws HelmException {
        Path values = null;
        try {
            values = privateFile(request.values());
            Path file = values;
            calling(() -> new com.marcnuri.helm.Helm(request.chart()).upgrade().install()
                    .withKubeConfig(kubeconfig)
                    .withNamespace(request.namespace())
                    .withName(request.release())
                    .withValuesFile(file)
                    .withDescription(request.note())
                    .withTimeout((int) Math.max(1, request.hookTime().toSeconds()))
                    .skipCrds()
                    .call());
        } catch (IOException disk) {
            throw new HelmException("the values of release " + request.release() + " could not be written to " + scratch + ": " + disk.getMessage(), disk);
        } finally {
            forget(values);
        }
    }

    @Override
    public void uninstall(String namespace, String release) throws HelmException {
        calling(() -> com.marcnuri.helm.Helm.uninstall(release)
                .withKubeConfig(kubeconfig)
                .withNamespace(namespace)
                .withCascade(UninstallCommand.Cascade.BACKGROUND)
                .ignoreNotFound()
                .call());
    }

    @Override
    public String definitions(Path chart) throws HelmException {
        String text = calling(() -> new com.marcnuri.helm.Helm(chart).show().crds().call());
        return text == null ? "" : text;
    }

    private <T> T calling(Callable<T> call) throws HelmException {
        oneAtATime.lock();
        try {
            return call.call();
        } catch (Exception e) {
            throw new HelmException(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().strip(), e);
        } finally {
            takeSignalsBack.run();
            oneAtATime.unlock();
        }
    }

    /** Values may hold secrets: readable by the owner alone, from the first moment on, and gone after the call. */
    private Path privateFile(Map<String, Object> values) throws IOException {
        Files.createDirectories(scratch, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createTempFile(scratch, "values-", ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        json.writeValue(file.toFile(), values);
        return file;
    }

    private static void forget(Path file) {
        if (file == null) return;
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            file.toFile().deleteOnExit();
        }
    }
}
