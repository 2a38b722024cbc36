package dev.datamill.objectstore;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** An S3 store, as far as filling a lake needs it. */
public interface ObjectStore extends AutoCloseable {

    /** @return true if the bucket was made now */
    boolean ensureBucket(String bucket) throws ObjectStoreException;

    /** Every object of a bucket by its key. */
    Map<String, Stored> list(String bucket) throws ObjectStoreException;

    /** Our own content hash in the object's metadata; empty when somebody else put the object there. */
    Optional<String> hash(String bucket, String key) throws ObjectStoreException;

    /** Large files go in parts, with checksums. */
    void put(String bucket, String key, Path file, String contentType, String hash) throws ObjectStoreException;

    void delete(String bucket, String key) throws ObjectStoreException;

    @Override
    void close();

    record Stored(String key, long size, Optional<String> hash) {
    }

    /** Opens stores. The endpoint is reachable from this machine. */
    @FunctionalInterface
    interface Opener {
        ObjectStore open(Access access);
    }

    record Access(String endpoint, String region, boolean pathStyle, String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Access[" + endpoint + "]";
        }
    }
}
