package dev.datamill.event;

public enum Outcome {
    CREATED, UPDATED, UNCHANGED, REMOVED, FAILED, SKIPPED
}
