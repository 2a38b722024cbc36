package dev.datamill.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Tries again what failed for a reason that passes by itself, with growing pauses, up to a limit. */
final class Retry {

    private final Duration limit;
    private final Duration firstPause;

    Retry(Duration limit, Duration firstPause) {
        this.limit = limit;
        this.firstPause = firstPause;
    }

    interface Attempt<E extends Exception> {
        void run() throws E, InterruptedException;
    }

    <E extends Exception> void run(Class<E> type, Predicate<E> passing, java.util.function.Consumer<E> before, Attempt<E> attempt)
            throws E, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        long pause = firstPause.toMillis();
        while (true) {
            try {
                attempt.run();
                return;
            } catch (Exception e) {
                if (!type.isInstance(e)) throw sneaky(e);
                E ours = type.cast(e);
                if (!passing.test(ours) || System.nanoTime() >= until) throw ours;
                before.accept(ours);
                TimeUnit.MILLISECONDS.sleep(pause);
                pause = Math.min(5000, pause * 2);
            }
        }
    }

    /** The compiler allows only the attempt's own exceptions here, so this is one of them or unchecked. */
    @SuppressWarnings("unchecked")
    private static <X extends Exception> RuntimeException sneaky(Exception e) throws X {
        throw (X) e;
    }
}
