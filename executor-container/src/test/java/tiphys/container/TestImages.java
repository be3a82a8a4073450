package tiphys.container;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import tiphys.container.api.Engine;

/// Images without a registry: this machine's busybox under the names that tests use.
final class TestImages {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> NAMES = List.of("alpine:3.20", "alpine:latest", "busybox:latest");

    private TestImages() {}

    static void load(Engine engine) throws IOException {
        if (!Files.isExecutable(BUSYBOX)) {
            throw new IOException("there is no static " + BUSYBOX);
        }
        for (var name : NAMES) {
            if (engine.image("docker.io/library/" + name).isEmpty()) {
                engine.load(name, TestImages::write, List.of("CMD [\"sh\"]", "ENV PATH=/usr/local/bin:/usr/bin:/bin"));
            }
        }
    }

    private static void write(OutputStream out) throws IOException {
        var tar = new TarArchiveOutputStream(out);
        for (var directory : List.of("bin/", "etc/", "tmp/", "root/", "usr/", "usr/bin/", "var/", "var/tmp/")) {
            var entry = new TarArchiveEntry(directory);
            entry.setMode(directory.endsWith("tmp/") ? 01777 : 0755);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        file(tar, "bin/busybox", Files.readAllBytes(BUSYBOX), 0755);
        file(
                tar,
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                0644);
        for (var applet : applets()) {
            if (!applet.equals("busybox")) {
                var link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
        tar.finish();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] bytes, int mode) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static List<String> applets() throws IOException {
        var process = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
