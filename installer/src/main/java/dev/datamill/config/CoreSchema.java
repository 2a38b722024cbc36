package dev.datamill.config;

import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * What a bare word in YAML means: the core schema of YAML 1.2. The rules of 1.1 would turn {@code no} into false,
 * {@code 22:30} into a number of minutes and {@code 010} into eight, which nobody who writes a values file means.
 */
final class CoreSchema extends Resolver {

    private static final Pattern YES_OR_NO = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+");
    private static final Pattern DECIMAL = Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+\\.[0-9]*|(0|[1-9][0-9]*)(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL|");

    @Override
    protected void addImplicitResolvers() {
        addImplicitResolver(Tag.BOOL, YES_OR_NO, "tTfF");
        addImplicitResolver(Tag.INT, WHOLE, "-+0123456789");
        addImplicitResolver(Tag.FLOAT, DECIMAL, "-+0123456789.");
        addImplicitResolver(Tag.MERGE, MERGE, "<");
        addImplicitResolver(Tag.NULL, NOTHING, "~nN\0");
        addImplicitResolver(Tag.NULL, EMPTY, null);
    }

    static Object value(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) return null;
        if (tag.equals(Tag.BOOL) && YES_OR_NO.matcher(text).matches()) return Boolean.parseBoolean(text);
        if (tag.equals(Tag.INT) && WHOLE.matcher(text).matches()) return whole(text);
        if (tag.equals(Tag.FLOAT) && DECIMAL.matcher(text).matches()) return decimal(text);
        return text;
    }

    private static Number whole(String text) {
        BigInteger number = text.startsWith("0x") ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o") ? new BigInteger(text.substring(2), 8)
                : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
        if (number.bitLength() < 32) return number.intValue();
        return number.bitLength() < 64 ? (Number) number.longValue() : number;
    }

    private static Double decimal(String text) {
        String plain = text.toLowerCase(java.util.Locale.ROOT);
        if (plain.endsWith(".inf")) return plain.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        return plain.equals(".nan") ? Double.valueOf(Double.NaN) : Double.valueOf(text);
    }
}
