package dev.datamill.objectstore;

import io.minio.BucketExistsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import io.minio.messages.Item;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The real store, by the MinIO SDK, which speaks to any S3. */
public final class MinioStore implements ObjectStore {

    private static final String HASH = "datamill-sha256";
    private static final long PART = 16L * 1024 * 1024;
    private static final Set<String> BUSY = Set.of("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "XMinioServerNotInitialized");

    private final MinioClient client;
    private final String endpoint;

    private MinioStore(MinioClient client, String endpoint) {
        this.client = client;
        this.endpoint = endpoint;
    }

    public static ObjectStore open(Access access) {
        MinioClient client = MinioClient.builder().endpoint(access.endpoint()).region(access.region())
                .credentials(access.accessKey(), access.secretKey()).build();
        if (!access.pathStyle()) client.enableVirtualStyleEndpoint();
        return new MinioStore(client, access.endpoint());
    }

    @Override
    public boolean ensureBucket(String bucket) throws ObjectStoreException {
        return calling("bucket " + bucket, () -> {
            if (client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) return false;
            try {
                client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
                return true;
            } catch (ErrorResponseException taken) {
                if (taken.errorResponse().code().equals("BucketAlreadyOwnedByYou")) return false;
                throw taken;
            }
        });
    }

    @Override
    public Map<String, Stored> list(String bucket) throws ObjectStoreException {
        return calling("bucket " + bucket, () -> {
            Map<String, Stored> found = new LinkedHashMap<>();
            for (Result<Item> result : client.listObjects(ListObjectsArgs.builder().bucket(bucket).recursive(true).includeUserMetadata(true).build())) {
                Item item = result.get();
                // MinIO lists metadata too; with other stores each object has to be asked for it.
                Optional<String> hash = item.userMetadata() == null ? Optional.empty() : item.userMetadata().entrySet().stream()
                        .filter(e -> e.getKey().toLowerCase().endsWith(HASH)).map(Map.Entry::getValue).findFirst();
                found.put(item.objectName(), new Stored(item.objectName(), item.size(), hash));
            }
            return found;
        });
    }

    @Override
    public Optional<String> hash(String bucket, String key) throws ObjectStoreException {
        return calling(bucket + "/" + key, () -> Optional.ofNullable(
                client.statObject(StatObjectArgs.builder().bucket(bucket).object(key).build()).headers().get("x-amz-meta-" + HASH)));
    }

    @Override
    public void put(String bucket, String key, Path file, String contentType, String hash) throws ObjectStoreException {
        calling(bucket + "/" + key, () -> client.uploadObject(UploadObjectArgs.builder().bucket(bucket).object(key)
                .filename(file.toString(), PART).contentType(contentType).userMetadata(Map.of(HASH, hash)).build()));
    }

    @Override
    public void delete(String bucket, String key) throws ObjectStoreException {
        calling(bucket + "/" + key, () -> {
            client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
            return null;
        });
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (Exception alreadyGone) {
            // Closed is what was wanted.
        }
    }

    private interface Call<T> {
        T call() throws MinioException, IOException;
    }

    private <T> T calling(String what, Call<T> call) throws ObjectStoreException {
        try {
            return call.call();
        } catch (ErrorResponseException no) {
            throw new ObjectStoreException(what + ": " + no.errorResponse().message() + " (" + no.errorResponse().code() + ")",
                    BUSY.contains(no.errorResponse().code()), no);
        } catch (ServerException | IOException away) {
            throw new ObjectStoreException(what + ": the store at " + endpoint + " does not answer: " + words(away), true, away);
        } catch (MinioException other) {
            throw new ObjectStoreException(what + ": " + words(other), other.getCause() instanceof IOException, other);
        }
    }

    private static String words(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) root = root.getCause();
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
