package tiphys.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.engine.AttemptId;
import tiphys.engine.Materials;
import tiphys.engine.Orders;
import tiphys.engine.ReportLog;
import tiphys.engine.StepOrder.Mount;
import tiphys.engine.StepOrder.Origin;
import tiphys.engine.StepOrder.Part;
import tiphys.engine.StepOrder.Volume;
import tiphys.engine.StepReport.Ending;
import tiphys.process.images.ImageRules;
import tiphys.process.runner.RunnerSettings;

/// Steps whose templates name absolute paths, with real processes.
class PrivatePathsTest {
    @TempDir private Path data;

    private ProcessExecutor executor;
    private final ReportLog reports = new ReportLog();

    @BeforeEach
    void open() throws IOException {
        executor = ProcessExecutor.inProcess(data, new RunnerSettings(4, 1 << 20, 1 << 20), ImageRules.builtIn());
        executor.onReports(reports);
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private Orders shell(String line) {
        return shell("a1", line);
    }

    private Orders shell(String attempt, String line) {
        return Orders.shell(attempt, executor.host(), line);
    }

    private Ending end(Orders order) {
        return end(order, Orders.NO_MATERIALS);
    }

    private Ending end(Orders order, Materials materials) {
        executor.start(order.order(), materials);
        return reports.ending(order.attempt());
    }

    private static Ending exited(Map<String, String> outputs) {
        return new Ending.Exited(0, Optional.empty(), outputs);
    }

    private String log() throws IOException {
        try (var in = executor.logs().open(new AttemptId("a1"))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static Mount emptyDir(String name, String path) {
        return new Mount(name, path, Part.WHOLE, false, Volume.EmptyDir.ON_DISK);
    }

    @Test
    void an_output_is_read_from_its_absolute_path_and_the_host_never_sees_it() {
        var path = "/tmp/tiphys-private-paths-test";
        assertThat(end(shell("echo hello > " + path).output("o", path))).isEqualTo(exited(Map.of("o", "hello")));
        assertThat(Path.of(path)).doesNotExist();
    }

    @Test
    void two_attempts_that_name_the_same_path_each_see_their_own() {
        var path = "/tmp/out";
        var line = "test ! -e %s && echo %s > %s; sleep 0.3; cat %s";
        var first = shell("a1", line.formatted(path, "one", path, path)).output("o", path);
        var second = shell("a2", line.formatted(path, "two", path, path)).output("o", path);
        executor.start(first.order(), Orders.NO_MATERIALS);
        executor.start(second.order(), Orders.NO_MATERIALS);
        assertThat(reports.ending(first.attempt())).isEqualTo(exited(Map.of("o", "one")));
        assertThat(reports.ending(second.attempt())).isEqualTo(exited(Map.of("o", "two")));
    }

    @Test
    void outputs_may_lie_anywhere_also_where_the_host_has_no_directory_or_its_own_files() {
        var order =
                shell(
                                "mkdir -p /no/such/dir || exit 8; for f in /top /no/such/dir/f /usr/local/x /etc/tiphys-test /opt/b /var/lib/c /var/run/d; do"
                                        + " echo $f > $f || exit 9; done; cat /etc/passwd > /dev/null")
                        .output("a", "/top")
                        .output("b", "/no/such/dir/f")
                        .output("c", "/usr/local/x")
                        .output("d", "/etc/tiphys-test")
                        .output("e", "/opt/b")
                        .output("f", "/var/lib/c")
                        .output("g", "/var/run/d");
        assertThat(end(order))
                .isEqualTo(
                        exited(
                                Map.of(
                                        "a", "/top",
                                        "b", "/no/such/dir/f",
                                        "c", "/usr/local/x",
                                        "d", "/etc/tiphys-test",
                                        "e", "/opt/b",
                                        "f", "/var/lib/c",
                                        "g", "/var/run/d")));
        assertThat(Path.of("/top")).doesNotExist();
    }

    @Test
    void the_hosts_own_directories_cannot_be_written() throws IOException {
        var order = shell("touch /usr/bin/x; echo $? > /tmp/code").output("o", "/tmp/code");
        assertThat(end(order)).isEqualTo(exited(Map.of("o", "1")));
        assertThat(log()).contains("Read-only file system");
    }

    @Test
    void the_data_directory_and_other_attempts_are_hidden() throws IOException {
        var token = Files.writeString(data.resolve("token"), "secret");
        assertThat(end(shell("cat %s; ls %s > /tmp/o; true".formatted(token, data)).output("o", "/tmp/o")))
                .isInstanceOfSatisfying(
                        Ending.Exited.class,
                        exited -> assertThat(exited.parameters().get("o")).doesNotContain("token", "attempts"));
        assertThat(log()).contains("No such file").doesNotContain("secret");
    }

    @Test
    void the_working_directory_is_made_and_a_relative_output_is_relative_to_it() throws IOException {
        var order =
                shell("pwd; echo here > out.txt")
                        .workingDir("/tmp/work")
                        .output("o", "/tmp/work/out.txt")
                        .output("r", "out.txt");
        assertThat(end(order)).isEqualTo(exited(Map.of("o", "here", "r", "here")));
        assertThat(log()).isEqualTo("/tmp/work\n");
    }

    @Test
    void a_link_is_followed_as_the_step_saw_it_but_not_to_a_file_of_the_host() throws IOException {
        var order =
                shell("echo in volume > /w/p; ln -s /w/p /tmp/lnk; ln -s /etc/passwd /tmp/out; ln -s /tmp/c /tmp/c")
                        .mounts(emptyDir("w", "/w"))
                        .output("p", "/w/p")
                        .output("l", "/tmp/lnk")
                        .output("x", "/tmp/out");
        assertThat(end(order)).isEqualTo(exited(Map.of("p", "in volume", "l", "in volume")));
    }

    @Test
    void what_a_step_left_is_found_also_if_this_machine_has_that_name_in_tmp_by_now() throws IOException {
        var other = tmp();
        Files.delete(other);
        var order = shell("echo one > left; touch " + other);
        end(order);
        Files.createFile(other);
        try {
            assertThat(executor.files().output(order.order(), "left")).hasContent("one\n");
        } finally {
            Files.delete(other);
        }
    }

    @Test
    void what_this_machine_has_in_tmp_is_meant_and_what_the_step_left_is_found_when_that_is_gone() throws IOException {
        var other = tmp();
        var order = shell("cat " + other + " > left");
        try {
            Files.writeString(other, "of the host");
            end(order);
        } finally {
            Files.delete(other);
        }
        assertThat(executor.files().output(order.order(), "left")).hasContent("of the host");
    }

    private static Path tmp() throws IOException {
        return Files.createTempFile(Path.of("/tmp"), "tiphys-private-paths", "");
    }

    @Test
    void a_link_that_leads_to_itself_is_no_output() {
        var order = shell("ln -s /tmp/c /tmp/c").output("x", "/tmp/c");
        assertThat(end(order))
                .isEqualTo(new Ending.OutputsRefused(0, "output parameter x: too many levels of links: /tmp/c"));
    }

    @Test
    void a_volume_is_one_at_all_its_mounts_and_a_part_of_it_at_another() throws IOException {
        var order =
                shell("echo x > /a/f; cat /deep/b/f; mkdir -p /a/p; echo y > /c/g; cat /a/p/g; touch /ro/n || echo no")
                        .mounts(
                                emptyDir("v", "/a"),
                                emptyDir("v", "/deep/b"),
                                new Mount("v", "/c", new Part.At("p"), false, Volume.EmptyDir.ON_DISK),
                                new Mount("v", "/ro", Part.WHOLE, true, Volume.EmptyDir.ON_DISK));
        assertThat(end(order)).isEqualTo(exited(Map.of()));
        assertThat(log()).startsWith("x\ny\n").contains("Read-only file system").endsWith("no\n");
    }

    @Test
    void a_volume_may_be_mounted_inside_another() throws IOException {
        var order =
                shell("echo x > /w/in/f; ls /w; cat /w/in/f")
                        .mounts(emptyDir("inner", "/w/in"), emptyDir("outer", "/w"))
                        .output("o", "/w/in/f");
        assertThat(end(order)).isEqualTo(exited(Map.of("o", "x")));
        assertThat(log()).isEqualTo("in\nx\n");
    }

    @Test
    void a_key_can_be_mounted_alone_among_the_hosts_files() throws IOException {
        var keys = new Volume.Keys(Origin.CONFIG_MAP, "c", List.of(), false);
        var order =
                shell("cat /etc/tiphys.conf; test -e /etc/passwd && echo rest; touch /etc/tiphys.conf || echo no")
                        .mounts(new Mount("conf", "/etc/tiphys.conf", new Part.At("k"), false, keys));
        var materials = new Materials(Map.of(), Map.of("conf", Map.of("k", "value\n".getBytes(UTF_8))));
        assertThat(end(order, materials)).isEqualTo(exited(Map.of()));
        assertThat(log()).startsWith("value\nrest\n").endsWith("no\n");
    }

    @Test
    void memory_is_limited_as_the_volume_says() throws IOException {
        var memory = new Volume.EmptyDir(true, Optional.of(1L << 20));
        var order =
                shell("head -c 3000000 /dev/zero > /m/f && echo all; stat -f -c %T /m")
                        .mounts(new Mount("m", "/m", Part.WHOLE, false, memory));
        assertThat(end(order)).isEqualTo(exited(Map.of()));
        assertThat(log()).doesNotContain("all").endsWith("tmpfs\n");
    }

    @Test
    void an_output_on_a_volume_in_memory_is_read_all_the_same() {
        var memory = new Volume.EmptyDir(true, Optional.empty());
        var order = shell("echo x > /m/f").mounts(new Mount("m", "/m", Part.WHOLE, false, memory)).output("o", "/m/f");
        assertThat(end(order)).isEqualTo(exited(Map.of("o", "x")));
    }

    @Test
    void a_host_path_is_read_and_written_as_it_is(@TempDir Path host) throws IOException {
        Files.writeString(host.resolve("in"), "from host");
        var order =
                shell("cat /h/in; echo to host > /h/out")
                        .mounts(
                                new Mount(
                                        "h",
                                        "/h",
                                        Part.WHOLE,
                                        false,
                                        new Volume.HostPath(host.toString(), "Directory")));
        assertThat(end(order)).isEqualTo(exited(Map.of()));
        assertThat(log()).isEqualTo("from host");
        assertThat(host.resolve("out")).hasContent("to host\n");
    }

    @Test
    void a_host_path_of_another_type_is_refused(@TempDir Path host) {
        var missing = host.resolve("none");
        var order =
                shell("true")
                        .mounts(
                                new Mount(
                                        "h",
                                        "/h",
                                        Part.WHOLE,
                                        false,
                                        new Volume.HostPath(missing.toString(), "Directory")));
        assertThat(end(order))
                .isEqualTo(
                        new Ending.NotStarted("hostPath type check failed: %s is not a directory".formatted(missing)));
    }

    @Test
    void a_claimed_volume_is_the_same_for_all_attempts() {
        var mount = new Mount("w", "/mnt/vol", Part.WHOLE, false, new Volume.Claim("run-work"));
        end(shell("a1", "echo kept > /mnt/vol/f").mounts(mount));
        assertThat(end(shell("a2", "true").mounts(mount).output("o", "/mnt/vol/f")))
                .isEqualTo(exited(Map.of("o", "kept")));
    }

    @Test
    void the_script_lies_where_argo_has_it() throws IOException {
        end(shell("").calling("sh").with().script("echo $0; echo $HOME; echo x > /tmp/o").output("o", "/tmp/o"));
        assertThat(log()).isEqualTo("/argo/staging/script\n/root\n");
    }

    @Test
    void a_program_of_the_steps_own_files_is_found() throws IOException {
        var keys = new Volume.Keys(Origin.CONFIG_MAP, "c", List.of(), false);
        var order = shell("").calling("/scripts/go").with().mounts(new Mount("s", "/scripts", Part.WHOLE, false, keys));
        var materials = new Materials(Map.of(), Map.of("s", Map.of("go", "#!/bin/sh\necho ran\n".getBytes(UTF_8))));
        assertThat(end(order, materials))
                .isInstanceOfSatisfying(
                        Ending.NotStarted.class, ending -> assertThat(ending.message()).contains("permission denied"));
    }

    @Test
    void signals_reach_it_and_its_end_is_seen() {
        var order =
                shell("trap 'echo bye > /tmp/o; exit 7' TERM; sleep 60 & wait")
                        .image("debian") // whose sleep is a program of its own
                        .output("o", "/tmp/o");
        executor.start(order.order(), Orders.NO_MATERIALS);
        reports.awaitStart(order.attempt());
        tiphys.testkit.Eventually.within(
                java.time.Duration.ofSeconds(20),
                () ->
                        ProcessHandle.current()
                                .descendants()
                                .anyMatch(one -> one.info().command().orElse("").endsWith("/sleep")));
        executor.cancel(order.attempt());
        assertThat(reports.ending(order.attempt())).isEqualTo(new Ending.Cancelled(java.util.OptionalInt.of(7)));
    }

    @Test
    void the_end_of_each_of_a_hundred_is_seen_though_the_thread_that_started_it_is_gone() {
        var orders =
                java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> shell("many-" + i, "echo " + i + " > /tmp/o").output("o", "/tmp/o"))
                        .toList();
        orders.forEach(order -> executor.start(order.order(), Orders.NO_MATERIALS));
        for (int i = 0; i < orders.size(); i++) {
            assertThat(reports.ending(orders.get(i).attempt())).isEqualTo(exited(Map.of("o", "" + i)));
        }
    }

    @Test
    void the_machine_is_called_as_the_pod_and_that_name_is_known() throws IOException {
        end(shell("hostname; grep -c \"127.0.0.1.*$(hostname)\" /etc/hosts; echo x > /tmp/o").output("o", "/tmp/o"));
        assertThat(log()).isEqualTo("run-1-step-42\n1\n");
    }
}
