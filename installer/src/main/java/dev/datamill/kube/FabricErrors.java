package dev.datamill.kube;

import dev.datamill.kube.KubeException.Reason;
import io.fabric8.kubernetes.client.KubernetesClientException;

import java.util.function.Supplier;

/** Turns fabric8's exceptions into ours, with the server's own words and nothing around them. */
final class FabricErrors {

    private FabricErrors() {
    }

    static <T> T calling(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw new KubeException(reason(e), what + ": " + words(e), e);
        }
    }

    private static Reason reason(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 401 -> Reason.UNAUTHORIZED;
            case 403 -> Reason.FORBIDDEN;
            case 404 -> Reason.NOT_FOUND;
            case 409 -> e.getStatus() != null && "AlreadyExists".equals(e.getStatus().getReason()) ? Reason.ALREADY_THERE : Reason.CONFLICT;
            case 400, 422 -> Reason.INVALID;
            case 0, 502, 503, 504 -> Reason.UNREACHABLE;
            default -> Reason.OTHER;
        };
    }

    static String words(Throwable e) {
        if (e instanceof KubernetesClientException kube && kube.getStatus() != null && kube.getStatus().getMessage() != null) {
            return kube.getStatus().getMessage();
        }
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) root = root.getCause();
        String message = root.getMessage();
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
    }
}
