package dev.datamill.target;

import java.util.Locale;

public enum Location {
    LOCAL, REMOTE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
