package tiphys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What one version of the program left on disk, kept for ever: `data.zip`, its data directory without what belongs to one server alone, and
/// `answers.json`, what it answered when it was started on that directory again.
///
/// @param directory named by the version
record GoldenData(Path directory) {
    /// Where they are kept.
    static final Path HOME = Program.ROOT.resolve("e2e/src/test/resources/golden");

    /// What belongs to one server and its clients, and is made anew where it is missing.
    private static final Set<String> NOT_DATA =
            Set.of(
                    "kubeconfig",
                    "lock",
                    "ready",
                    "runner.lock",
                    "runner.log",
                    "server.json",
                    "tiphys.log",
                    "tls",
                    "token");

    /// Those of every version there is.
    static List<GoldenData> all() {
        try (var versions = Files.list(HOME)) {
            return versions.filter(Files::isDirectory).sorted().map(GoldenData::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String version() {
        return directory.getFileName().toString();
    }

    /// Packs what a server that has ended left in its data directory.
    void pack(Path data) {
        try (var zip = new ZipOutputStream(Files.newOutputStream(directory.resolve("data.zip")));
                var files = Files.walk(data)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var name = data.relativize(file).toString();
                if (!NOT_DATA.contains(name.split("/", 2)[0])) {
                    zip.putNextEntry(new ZipEntry(name));
                    Files.copy(file, zip);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A copy of the data directory.
    Path unpack(Path target) {
        try (var zip = new ZipInputStream(Files.newInputStream(directory.resolve("data.zip")))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = target.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Each request with its answer.
    List<Answer> answers() {
        try {
            var answers = new ArrayList<Answer>();
            for (var item : ((Value.Sequence) Json.parse(Files.readAllBytes(answersFile()))).items()) {
                answers.add(new Answer(item.textAt("path").orElseThrow(), item.find("answer").orElseThrow()));
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void keep(List<Answer> answers) {
        try {
            var all =
                    Value.list(
                            answers.stream().map(one -> Value.object("path", one.path, "answer", one.answer)).toList());
            Files.writeString(answersFile(), Json.pretty(all) + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path answersFile() {
        return directory.resolve("answers.json");
    }

    /// @param path of the request
    /// @param answer as [GoldenQuestions] keeps it
    record Answer(String path, Value answer) {}
}
