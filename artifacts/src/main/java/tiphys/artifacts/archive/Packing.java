package tiphys.artifacts.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.workflow.Artifact;

/// How artifacts become one file and back, by Argo's rules: packed as a gzipped tar unless the artifact says `zip` or `none`;
/// unpacked by what it says, and, if it says nothing, when it is a gzipped tar. An archive with one thing at its top becomes that
/// thing.
public final class Packing {
    private Packing() {}

    /// Packs a file or directory into a file; not for `none`.
    public static void pack(Path from, Artifact artifact, Path to) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(to))) {
            if (artifact.archive().orElse("tar").equals("zip")) {
                Zipped.write(from, out);
            } else {
                Tarball.write(from, Tarball.gzip(out, artifact.compressionLevel()));
            }
        }
    }

    /// How a file that was fetched is unpacked.
    public enum How {
        AS_IT_IS,
        TAR,
        ZIP
    }

    /// How a file is unpacked.
    public static How how(Artifact artifact, Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return How.AS_IT_IS;
        }
        return switch (artifact.archive().orElse("")) {
            case "none" -> How.AS_IT_IS;
            case "zip" -> How.ZIP;
            case "tar" -> How.TAR;
            default -> Tarball.is(file) ? How.TAR : How.AS_IT_IS;
        };
    }

    /// Unpacks a file to a path where nothing is.
    ///
    /// @throws Trouble if it is damaged or names what is outside
    public static void unpack(Path file, How how, Path to) throws IOException {
        var beside = Objects.requireNonNull(to.getParent()).resolve(to.getFileName() + ".unpacking");
        Trees.delete(beside);
        Files.createDirectory(beside);
        switch (how) {
            case TAR -> {
                try (var in = Files.newInputStream(file)) {
                    Tarball.read(in, beside);
                }
            }
            case ZIP -> {
                if (!Zipped.is(file)) {
                    throw new Trouble(Trouble.Kind.REFUSED, "zip: not a valid zip file");
                }
                Zipped.read(file, beside);
            }
            case AS_IT_IS -> throw new IllegalArgumentException("not to be unpacked: " + file);
        }
        try (var found = Files.list(beside)) {
            var top = found.limit(2).toList();
            if (top.size() == 1) {
                Files.move(top.getFirst(), to, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(beside);
                return;
            }
        }
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
