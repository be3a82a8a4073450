package tiphys.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import tiphys.cli.command.ProgramBuild;

/// Which program this is, as its build wrote it down.
final class Version {
    static final ProgramBuild BUILD = read();

    /// `0.2.0`
    static final String TEXT = BUILD.version();

    private Version() {}

    private static ProgramBuild read() {
        try (var in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("the program says nowhere which version it is");
            }
            var said = new Properties();
            said.load(in);
            var commit = said.getProperty("commit", "");
            return new ProgramBuild(
                    said.getProperty("version", ""), commit, commit.isEmpty() ? "" : said.getProperty("date", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
