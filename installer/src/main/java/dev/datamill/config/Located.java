package dev.datamill.config;

/** A value with the place it was written at. */
public record Located<T>(T value, Place place) {
}
