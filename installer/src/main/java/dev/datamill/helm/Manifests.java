package dev.datamill.helm;

import dev.datamill.kube.Resource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Many YAML documents in one text, as Helm writes and charts carry them. */
public final class Manifests {

    private Manifests() {
    }

    @SuppressWarnings("unchecked")
    public static List<Resource> objects(String text) {
        List<Resource> objects = new ArrayList<>();
        for (Object document : yaml().loadAll(text)) {
            if (!(document instanceof Map<?, ?> map) || map.isEmpty()) continue;
            Resource object = new Resource((Map<String, Object>) map);
            if (object.kind().endsWith("List") && object.at("items").isPresent()) objects.addAll(object.items("items"));
            else objects.add(object);
        }
        return objects;
    }

    public static String text(List<Resource> objects) {
        Yaml yaml = yaml();
        StringBuilder text = new StringBuilder();
        for (Resource object : objects) text.append("---\n").append(yaml.dump(object.content()));
        return text.toString();
    }

    private static Yaml yaml() {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(64 * 1024 * 1024);
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
