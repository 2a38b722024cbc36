package dev.datamill.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Writes maps, lists and plain values as JSON. Loading a whole JSON library for this would cost more than the work. */
public final class Json {

    private Json() {
    }

    /** Indented by two blanks, with a line end. */
    public static String pretty(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, "\n");
        return out.append('\n').toString();
    }

    /** On one line. */
    public static String line(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, null);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, String newLine) {
        if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), out, newLine);
        } else if (value instanceof Map<?, ?> map) {
            String inner = newLine == null ? null : newLine + "  ";
            String separator = "";
            out.append('{');
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                if (inner != null) out.append(inner);
                text(String.valueOf(entry.getKey()), out);
                out.append(inner == null ? ":" : ": ");
                write(entry.getValue(), out, inner);
                separator = ",";
            }
            if (newLine != null && !map.isEmpty()) out.append(newLine);
            out.append('}');
        } else if (value instanceof Collection<?> list) {
            String inner = newLine == null ? null : newLine + "  ";
            String separator = "";
            out.append('[');
            for (Object item : list) {
                out.append(separator);
                if (inner != null) out.append(inner);
                write(item, out, inner);
                separator = ",";
            }
            if (newLine != null && !list.isEmpty()) out.append(newLine);
            out.append(']');
        } else if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            text(number.toString(), out);
        } else if (value instanceof Number) {
            out.append(value);
        } else {
            text(value.toString(), out);
        }
    }

    private static void text(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) && !paired(text, i)) out.append("\\u%04x".formatted((int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i)) ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
