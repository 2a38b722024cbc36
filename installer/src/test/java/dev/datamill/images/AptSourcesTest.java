package dev.datamill.images;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AptSourcesTest {

    @TempDir Path etc;

    @Test
    void onlyDebiansOwnSuitesAreTaken() throws IOException {
        Files.createDirectories(etc.resolve("sources.list.d"));
        Files.writeString(etc.resolve("sources.list"), """
                # deb http://old.example.org/debian bookworm main
                deb [arch=amd64] http://mirror.example.org/debian bookworm main contrib
                deb-src http://mirror.example.org/debian bookworm main
                deb https://cloud.example.org/apt cloud-sdk-bookworm main
                """);
        Files.writeString(etc.resolve("sources.list.d/debian.sources"), """
                Types: deb
                URIs: http://security.example.org/debian-security
                Suites: bookworm-security trixie
                Components: main
                Signed-By: /usr/share/keyrings/other.gpg

                Types: deb
                Enabled: no
                URIs: http://off.example.org/debian
                Suites: bookworm
                Components: main
                """);
        AptSources sources = AptSources.of(etc, "bookworm");
        assertEquals(2, sources.stanzas().size(), sources.text());
        assertTrue(sources.text().contains("URIs: http://mirror.example.org/debian\nSuites: bookworm\n"), sources.text());
        assertTrue(sources.text().contains("URIs: http://security.example.org/debian-security\nSuites: bookworm-security\n"), sources.text());
    }

    @Test
    void aMachineThatIsNoDebianHasNone() throws IOException {
        assertTrue(AptSources.of(etc, "bookworm").isEmpty());
        Files.writeString(etc.resolve("sources.list"), "deb http://archive.example.org/ubuntu noble main\n");
        assertTrue(AptSources.of(etc, "bookworm").isEmpty());
    }
}
