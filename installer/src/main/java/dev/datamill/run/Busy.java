package dev.datamill.run;

/** Another run holds the namespace. The message says who. */
public final class Busy extends Exception {

    Busy(String who) {
        super(who);
    }
}
