package dev.datamill.config;

/** One thing that is wrong with what the user wrote: where, what, and how to mend it. */
public record Problem(Place place, String message, String fix) implements Comparable<Problem> {

    @Override
    public int compareTo(Problem other) {
        int byPlace = place.compareTo(other.place);
        return byPlace != 0 ? byPlace : message.compareTo(other.message);
    }

    @Override
    public String toString() {
        return place + ": " + message + (fix.isEmpty() ? "" : "\n    fix: " + fix);
    }
}
