package dev.datamill.config;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** YAML that programs wrote for programs, as plain maps and lists: manifests, chart indexes, kubeconfigs. */
public final class PlainYaml {

    private static final int LARGEST = 256 * 1024 * 1024;

    private PlainYaml() {
    }

    /** Every document of a text, empty ones too. */
    public static List<Object> documents(String text) throws IOException {
        try {
            List<Object> documents = new ArrayList<>();
            yaml().loadAll(text).forEach(documents::add);
            return documents;
        } catch (YAMLException broken) {
            throw new IOException("no YAML: " + broken.getMessage().lines().findFirst().orElse(""), broken);
        }
    }

    public static Object document(String text) throws IOException {
        List<Object> documents = documents(text);
        return documents.isEmpty() ? null : documents.get(0);
    }

    public static String text(Object document) {
        return yaml().dump(document);
    }

    private static Yaml yaml() {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LARGEST);
        DumperOptions block = new DumperOptions();
        block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(new SafeConstructor(limits), new Representer(block), block, limits, new NoDates());
    }

    /** Kubernetes reads YAML as JSON, which has no dates: what looks like one stays a text. */
    private static final class NoDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) super.addImplicitResolver(tag, regexp, first, limit);
        }
    }
}
