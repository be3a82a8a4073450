package tiphys.attempts;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// Reads files of an attempt without leaving its folder, whatever the step made of them: links that lead out of it are an
/// error, and so is what is no file (reading a pipe would wait for ever). Links within the folder are followed.
public final class Beneath {
    private Beneath() {}

    /// A file is not what may be read.
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message);
        }
    }

    /// Opens a file of the attempt's own, such as its log, by the name it was made under.
    ///
    /// @throws NoSuchFileException if it is not there
    /// @throws Refused if a step put something else in its place
    public static SeekableByteChannel open(Path file) throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
            throw new Refused(
                    file.getFileName() + " is not the file that the step was given: something else is in its place");
        }
        return Files.newByteChannel(file, Set.of(READ, NOFOLLOW_LINKS));
    }

    /// The same as a stream.
    public static InputStream stream(Path file) throws IOException {
        return Channels.newInputStream(open(file));
    }

    /// How long such a file is; 0 if it is not there or something else is in its place.
    public static long size(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    /// Opens a file that a step made somewhere below a folder. Where the path leads is worked out once; then each part of it is
    /// opened below the one before without following links, so that nothing changed meanwhile can lead elsewhere.
    ///
    /// @param folder the attempt's own folder
    /// @param named the path as the manifest has it, for messages
    /// @throws NoSuchFileException if it is not there
    /// @throws Refused if it is outside or no file
    public static SeekableByteChannel open(Path folder, Path file, String named) throws IOException {
        var root = folder.toRealPath();
        var real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw new Refused(named + " is a link that leaves the step's directory");
        }
        var parts = root.relativize(real);
        try (var top = Files.newDirectoryStream(root)) {
            return open(top, parts, named, real);
        }
    }

    private static SeekableByteChannel open(DirectoryStream<Path> directory, Path parts, String named, Path real)
            throws IOException {
        if (!(directory instanceof SecureDirectoryStream<Path> secure)) {
            return open(real); // a system without such calls: what is looked at and what is opened may differ
        }
        if (parts.getNameCount() > 1) {
            try (var next = secure.newDirectoryStream(parts.getName(0), NOFOLLOW_LINKS)) {
                return open(next, parts.subpath(1, parts.getNameCount()), named, real);
            }
        }
        var view = secure.getFileAttributeView(parts, BasicFileAttributeView.class, NOFOLLOW_LINKS);
        if (!view.readAttributes().isRegularFile()) {
            throw new Refused(named + " is no file");
        }
        return secure.newByteChannel(parts, Set.of(READ, NOFOLLOW_LINKS));
    }
}
