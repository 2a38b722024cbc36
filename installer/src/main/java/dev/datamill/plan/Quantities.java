package dev.datamill.plan;

import dev.datamill.component.Recipe;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Sums of Kubernetes quantities. */
public record Quantities(BigDecimal cpus, BigDecimal memoryBytes, BigDecimal storageBytes) {

    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            unit("m", "0.001"), unit("k", "1e3"), unit("M", "1e6"), unit("G", "1e9"), unit("T", "1e12"), unit("P", "1e15"),
            binary("Ki", 1), binary("Mi", 2), binary("Gi", 3), binary("Ti", 4), binary("Pi", 5));

    private static Map.Entry<String, BigDecimal> unit(String name, String factor) {
        return Map.entry(name, new BigDecimal(factor));
    }

    private static Map.Entry<String, BigDecimal> binary(String name, int power) {
        return Map.entry(name, BigDecimal.valueOf(1024).pow(power));
    }

    public static Quantities sum(Collection<Recipe.Resources> all) {
        Quantities sum = new Quantities(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
        for (Recipe.Resources one : all) {
            sum = new Quantities(sum.cpus.add(parse(one.cpu())), sum.memoryBytes.add(parse(one.memory())), sum.storageBytes.add(parse(one.storage())));
        }
        return sum;
    }

    private static BigDecimal parse(Optional<String> quantity) {
        return quantity.map(Quantities::parse).orElse(BigDecimal.ZERO);
    }

    /** The plain number behind {@code 250m}, {@code 512Mi} or {@code 2}. */
    public static BigDecimal parse(String quantity) {
        int end = quantity.length();
        while (end > 0 && Character.isLetter(quantity.charAt(end - 1))) end--;
        String unit = quantity.substring(end);
        return new BigDecimal(quantity.substring(0, end)).multiply(unit.isEmpty() ? BigDecimal.ONE : UNITS.get(unit));
    }

    public String cpu() {
        return cpus.setScale(2, RoundingMode.UP).stripTrailingZeros().toPlainString();
    }

    public String memory() {
        return gibibytes(memoryBytes);
    }

    public String storage() {
        return gibibytes(storageBytes);
    }

    private static String gibibytes(BigDecimal bytes) {
        return bytes.divide(BigDecimal.valueOf(1L << 30), 1, RoundingMode.UP).stripTrailingZeros().toPlainString() + "Gi";
    }
}
