package dev.datamill;

import dev.datamill.session.Surroundings;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/** A defect of ours: the trace goes to a file, the user gets its path. */
record DefectLog(Surroundings around) {

    void write(Throwable defect) {
        String where;
        try {
            Path folder = around.home().resolve("logs");
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = folder.resolve("defect-" + Instant.now().toString().replace(':', '-') + ".log");
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
                out.println("datamill " + around.version() + ", Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name"));
                defect.printStackTrace(out);
            }
            where = file.toString();
        } catch (IOException | UnsupportedOperationException e) {
            where = "nowhere: " + around.home() + " cannot be written";
        }
        around.console().say("datamill: this is a defect of Data-Mill, not of what you did");
        around.console().say("    details: " + where);
    }
}
