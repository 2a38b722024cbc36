package dev.datamill.event;

/** Where events go. Implementations may be called from several threads at once. */
@FunctionalInterface
public interface Events {

    void on(Event event);

    static Events toAll(Events... sinks) {
        return event -> {
            for (Events sink : sinks) sink.on(event);
        };
    }
}
