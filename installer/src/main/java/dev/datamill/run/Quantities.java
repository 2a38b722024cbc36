package dev.datamill.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Kubernetes quantities: {@code 250m}, {@code 1.5Gi}, {@code 2}. */
final class Quantities {

    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("", BigDecimal.ONE), Map.entry("m", new BigDecimal("0.001")), Map.entry("u", new BigDecimal("0.000001")),
            Map.entry("n", new BigDecimal("0.000000001")),
            Map.entry("k", BigDecimal.TEN.pow(3)), Map.entry("M", BigDecimal.TEN.pow(6)), Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)), Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("Ki", two(10)), Map.entry("Mi", two(20)), Map.entry("Gi", two(30)), Map.entry("Ti", two(40)), Map.entry("Pi", two(50)));

    private Quantities() {
    }

    /** Zero for what is no quantity: the sums that it goes into are estimates of what is free, not promises. */
    static BigDecimal parse(String text) {
        int end = text.length();
        while (end > 0 && Character.isLetter(text.charAt(end - 1))) end--;
        BigDecimal unit = UNITS.get(text.substring(end));
        try {
            return unit == null || end == 0 ? BigDecimal.ZERO : new BigDecimal(text.substring(0, end)).multiply(unit);
        } catch (NumberFormatException notOne) {
            return BigDecimal.ZERO;
        }
    }

    static String cpu(BigDecimal cores) {
        return cores.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString() + " CPU";
    }

    static String bytes(BigDecimal bytes) {
        BigDecimal gib = bytes.divide(two(30), 4, RoundingMode.HALF_UP);
        if (gib.abs().compareTo(BigDecimal.ONE) >= 0) return gib.setScale(1, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString() + " GiB";
        return bytes.divide(two(20), 0, RoundingMode.HALF_UP).toPlainString() + " MiB";
    }

    private static BigDecimal two(int power) {
        return BigDecimal.valueOf(2).pow(power);
    }
}
