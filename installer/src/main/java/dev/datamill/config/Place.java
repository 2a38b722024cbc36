package dev.datamill.config;

/** Where something stands in a file, counted from 1; line 0 means the file as a whole. */
public record Place(String file, int line, int column) implements Comparable<Place> {

    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public int compareTo(Place other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) return byFile;
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** {@code file:line}, the short form used where a value's origin is shown. */
    public String brief() {
        return line == 0 ? file : file + ":" + line;
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
