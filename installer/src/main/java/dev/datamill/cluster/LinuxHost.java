package dev.datamill.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which distribution this machine runs, and the commands by which one installs there. */
final class LinuxHost {

    private final Path root;
    private final boolean linux;

    /** @param root the root of the file system, another one in tests */
    LinuxHost(Path root, boolean linux) {
        this.root = root;
        this.linux = linux;
    }

    static LinuxHost here() {
        return new LinuxHost(Path.of("/"), System.getProperty("os.name").startsWith("Linux"));
    }

    boolean linux() {
        return linux;
    }

    boolean has(String path) {
        return Files.exists(root.resolve(path));
    }

    /** One line 'KEY=value' or 'key: value' of a small file of the system; empty when there is none. */
    String field(String path, String prefix) {
        try {
            return Files.readString(root.resolve(path)).lines().filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip().replaceAll("^[\"']|[\"']$", "")).findFirst().orElse("");
        } catch (IOException none) {
            return "";
        }
    }

    /** ubuntu, debian, fedora, rhel, arch, suse, or empty: the distribution, or the one it comes from. */
    String family() {
        List<String> ids = List.of((field("etc/os-release", "ID=") + " " + field("etc/os-release", "ID_LIKE=")).strip().split("\\s+"));
        for (String id : ids) {
            if (List.of("ubuntu", "debian", "fedora", "rhel", "arch").contains(id)) return id;
            if (id.contains("suse")) return "suse";
        }
        return "";
    }

    /** The command that installs a package which has the same name everywhere. */
    String install(String name) {
        return switch (family()) {
            case "ubuntu", "debian" -> "sudo apt-get install -y " + name;
            case "fedora", "rhel" -> "sudo dnf install -y " + name;
            case "arch" -> "sudo pacman -S --needed " + name;
            case "suse" -> "sudo zypper install -y " + name;
            default -> "install the package " + name + " with this system's own tools";
        };
    }

    /** Snap is there on Ubuntu; the others get it first. */
    String installSnapd() {
        return switch (family()) {
            case "ubuntu", "debian" -> "sudo apt-get install -y snapd";
            case "rhel" -> "sudo dnf install -y epel-release && sudo dnf install -y snapd && sudo systemctl enable --now snapd.socket && sudo ln -s /var/lib/snapd/snap /snap";
            case "fedora" -> "sudo dnf install -y snapd && sudo systemctl enable --now snapd.socket && sudo ln -s /var/lib/snapd/snap /snap";
            default -> "install snapd as its documentation says for this system: https://snapcraft.io/docs/installing-snapd";
        };
    }

    String installMinikube() {
        if (!linux) return "brew install minikube";
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        String base = "curl -fLO https://github.com/kubernetes/minikube/releases/latest/download/";
        return switch (family()) {
            case "ubuntu", "debian" -> base + "minikube_latest_" + arch + ".deb && sudo dpkg -i minikube_latest_" + arch + ".deb";
            case "fedora", "rhel", "suse" -> base + "minikube-latest." + (arch.equals("arm64") ? "aarch64" : "x86_64") + ".rpm && sudo rpm -Uvh minikube-latest."
                    + (arch.equals("arm64") ? "aarch64" : "x86_64") + ".rpm";
            case "arch" -> "sudo pacman -S --needed minikube";
            default -> base + "minikube-linux-" + arch + " && sudo install minikube-linux-" + arch + " /usr/local/bin/minikube";
        };
    }
}
