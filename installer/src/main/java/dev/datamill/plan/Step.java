package dev.datamill.plan;

import dev.datamill.component.ChartSource;
import dev.datamill.component.EnvValue;
import dev.datamill.component.Recipe;
import dev.datamill.component.SecretValue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One thing to do. A step may start as soon as the steps named in {@link #needs()} are done; nothing else orders
 * them. Doing a step twice is harmless.
 */
public sealed interface Step {

    /** Unique in a plan and stable between plans, such as {@code minio/release/minio}. */
    String id();

    /** The component it belongs to; empty for what belongs to the platform as a whole. */
    String component();

    Set<String> needs();

    /** What the step does, in a few words for a person. */
    String title();

    record EnsureNamespace(String id, String namespace, Set<String> needs) implements Step {
        @Override
        public String component() {
            return "";
        }

        @Override
        public String title() {
            return "namespace " + namespace;
        }
    }

    /** Builds an own image if need be and brings it to the target. */
    record ProvideImage(String id, String component, String image, String reference, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "image " + image;
        }
    }

    /** Brings a chart that is not in this project into the cache. */
    record FetchChart(String id, String component, ChartSource source, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "fetch " + source.shown();
        }
    }

    record EnsureSecret(String id, String component, String namespace, String name, Map<String, SecretValue> keys,
                        Set<String> needs) implements Step {
        @Override
        public String title() {
            return "secret " + name;
        }
    }

    record EnsureBucket(String id, String component, Lake lake, String bucket, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "bucket " + bucket;
        }
    }

    /** Makes an account of its own for a consumer, by the rule of the provider. Its Secret is an EnsureSecret before it. */
    record EnsureAccount(String id, String component, String namespace, String provider, String capability, String secret,
                         String image, List<String> command, Map<String, EnvValue> env, Map<String, List<String>> grants,
                         Set<String> needs) implements Step {
        @Override
        public String title() {
            return capability + " account at " + provider;
        }
    }

    record ReleaseChart(String id, String component, String namespace, String release, ChartSource source,
                        Map<String, Object> values, Duration timeout, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "release " + release;
        }
    }

    record ApplyManifests(String id, String component, String namespace, List<Map<String, Object>> objects,
                          Set<String> needs) implements Step {
        @Override
        public String title() {
            return objects.size() == 1 ? "1 manifest" : objects.size() + " manifests";
        }
    }

    record AwaitReady(String id, String component, String namespace, List<String> releases,
                      List<Recipe.ReadyRule> rules, Duration timeout, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "ready";
        }
    }

    /** Replicates a first-level folder of the data folder into the bucket of its name. */
    record UploadFolder(String id, String component, Lake lake, String bucket, Path folder, Set<String> needs) implements Step {
        @Override
        public String title() {
            return "data " + bucket;
        }
    }

    /** The object store of the platform, as its provider exports it. */
    record Lake(String component, String namespace, String endpoint, String region, String secret, boolean pathStyle) {
    }
}
