package dev.datamill.session;

import sun.misc.Signal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ctrl-C: the first asks whoever is at work to come to a good end, the second ends the program at once. Helm's
 * library takes the handlers over with each call, so they can be put back.
 */
public final class Interrupts {

    private final AtomicReference<Runnable> first = new AtomicReference<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Runnable atOnce;

    /** @param atOnce ends the program without further ado */
    public Interrupts(Runnable atOnce) {
        this.atOnce = atOnce;
    }

    /** From now on the first interruption runs this. */
    public void onFirst(Runnable action) {
        first.set(action);
        arm();
    }

    public boolean happened() {
        return count.get() > 0;
    }

    public void arm() {
        if (first.get() == null) return;
        for (String name : new String[]{"INT", "TERM"}) {
            try {
                Signal.handle(new Signal(name), signal -> interrupted());
            } catch (IllegalArgumentException notOnThisSystem) {
                // Then the system's own way of ending a program is all there is.
            }
        }
    }

    private void interrupted() {
        if (count.incrementAndGet() > 1) atOnce.run();
        else first.get().run();
    }
}
