package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What `./dist` makes, used as its users do: on a machine that has neither a JDK nor Maven.
class DistTest {
    private static final Path DIST = Program.ROOT.resolve("target/dist");
    private static final Duration MAKING = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static String version;
    private static String commit;

    @TempDir Path directory;

    @BeforeAll
    static void make() {
        var ended = Program.run(MAKING, List.of(Program.ROOT.resolve("dist").toString()), Map.of());
        assertThat(ended.code()).as(ended.output()).isZero();
        var said = Program.tiphys(LIMIT, "version", "--client", "-o", "json");
        version = Json.parse(said.output()).textAt("client").orElseThrow();
        commit = run("git", "rev-parse", "HEAD");
    }

    private static String run(String... command) {
        var ended = Program.run(LIMIT, List.of(command), Map.of());
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output().strip();
    }

    private static Path made(String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(DIST, pattern)) {
            return files.iterator().next();
        }
    }

    private Path unpacked() throws IOException {
        run("tar", "-xzf", made("*.tar.gz").toString(), "-C", directory.toString());
        try (var trees = Files.newDirectoryStream(directory, "tiphys-" + version + "-linux-*")) {
            return trees.iterator().next();
        }
    }

    @Test
    void the_checksums_are_those_of_all_files() throws IOException {
        run("sh", "-c", "cd " + DIST + " && sha256sum -c SHA256SUMS");
        assertThat(Files.readAllLines(DIST.resolve("SHA256SUMS")))
                .extracting(line -> line.substring(66))
                .containsExactly(
                        made("*.cdx.json").getFileName().toString(),
                        made("*.tar.gz").getFileName().toString(),
                        made("*.deb").getFileName().toString());
    }

    @Test
    void the_list_of_parts_has_every_jar_and_the_run_time_and_what_the_browser_gets() throws IOException {
        var bom = Json.parse(Files.readAllBytes(made("*.cdx.json")));
        assertThat(bom.textAt("bomFormat")).contains("CycloneDX");
        var parts = new ArrayList<String>();
        parts.add(jar(bom.find("metadata", "component").orElseThrow()));
        bom.listAt("components").forEach(component -> parts.add(jar(component)));
        try (var jars = Files.list(unpacked().resolve("lib"))) {
            assertThat(jars.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(parts).contains(name));
        }
        assertThat(parts)
                .anyMatch(part -> part.startsWith("OpenJDK run time-"))
                .anyMatch(part -> part.matches("lit-[0-9.]+jar"));
    }

    private static String jar(Value component) {
        return component.textAt("name").orElseThrow() + "-" + component.textAt("version").orElseThrow() + ".jar";
    }

    @Test
    void without_a_jdk_the_demo_runs_and_server_and_runner_are_of_the_run_time_that_came_along() throws IOException {
        var bare = new BareMachine(directory);
        var tree = unpacked();
        var tiphys = tree.resolve("bin/tiphys").toString();
        var env = Map.of("HOME", directory.toString(), "TMPDIR", directory.toString());

        var said = Program.run(LIMIT, bare.command(env, List.of(tiphys, "version")), Map.of());
        assertThat(said.code()).as(said.output()).isZero();
        assertThat(said.output()).startsWith("Tiphys " + version + ", commit " + commit);

        try (var network = new NetworkNamespace()) {
            var demo = Program.run(LIMIT, network.command(bare.command(env, List.of(tiphys, "demo"))), Map.of());
            assertThat(demo.code()).as(demo.output()).isZero();
            assertThat(demo.output()).contains("Training resnet...", "Evaluating imagenet...", "Succeeded  2/2");
        }

        var data = directory.resolve("data");
        var up = List.of(tiphys, "up", "--data", data.toString(), "--port", "" + Server.freePort());
        try (var server = Server.launch(data, bare.command(env, up))) {
            var status = server.get("/tiphys/v1/status");
            assertThat(status.textAt("version")).contains(version);
            assertThat(status.textAt("commit").orElse("")).startsWith(commit);
            assertThat(server.get("/version").textAt("gitCommit")).isEqualTo(status.textAt("commit"));
            Server.eventually("the runner is there", () -> server.runner().isPresent());
            var java = tree.toRealPath().resolve("runtime/bin/java");
            assertThat(program(server.pid())).isEqualTo(java);
            assertThat(program(server.runner().orElseThrow())).isEqualTo(java);
        }
    }

    private static Path program(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe"));
    }

    @Test
    void the_package_needs_no_python_and_runs_where_nothing_can_be_written() throws IOException {
        var bare = new BareMachine(directory);
        var deb = made("*.deb").toString();
        assertThat(run("dpkg-deb", "--field", deb, "Version")).isEqualTo(version);
        assertThat(run("dpkg-deb", "--field", deb, "Depends")).doesNotContain("python", "jre", "jdk");
        assertThat(run("dpkg-deb", "--field", deb, "Recommends")).contains("python3");
        assertThat(run("dpkg-deb", "--contents", deb).lines())
                .allSatisfy(
                        line -> assertThat(line).matches("(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root/root .*"));

        var root = Files.createDirectory(directory.resolve("root"));
        run("dpkg-deb", "--extract", deb, root.toString());
        var tiphys = root.resolve("usr/bin/tiphys").toString();
        var said = Program.run(LIMIT, bare.readOnly(root, Map.of(), List.of(tiphys, "version")), Map.of());
        assertThat(said.code()).as(said.output()).isZero();
        assertThat(said.output()).startsWith("Tiphys " + version + ", commit " + commit);
        assertThat(root.resolve("usr/lib/tiphys/cache")).doesNotExist();
    }

    @Test
    void the_changelog_has_a_section_for_the_version() throws IOException {
        assertThat(Files.readAllLines(Program.ROOT.resolve("CHANGELOG.md"))).contains("## " + version);
    }
}
