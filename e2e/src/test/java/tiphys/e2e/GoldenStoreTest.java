package tiphys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tiphys.engine.Runs;
import tiphys.engine.run.Run;
import tiphys.engine.run.codec.RunFacts;
import tiphys.engine.run.state.RunFact;
import tiphys.events.SourceFacts;
import tiphys.events.trigger.Trigger;
import tiphys.events.trigger.TriggerFact;
import tiphys.events.trigger.TriggerFacts;
import tiphys.journal.Entry;
import tiphys.journal.StreamName;
import tiphys.manifest.Json;
import tiphys.store.SqliteStore;
import tiphys.store.write.StoreOptions;

/// What older versions left on disk is read as they read it, and goes on.
///
/// `-Dgolden=write` makes the data of this version (once, when it is released; they are never changed afterwards).
/// `-Dgolden=answers` writes down anew what this program answers on the data of every version; look at each line of the
/// difference, for it is what users of that version will see after an upgrade.
class GoldenStoreTest {
    /// Facts that no store of one machine can hold between two starts of it.
    private static final Set<Class<?>> NOT_IN_ANY = Set.of(RunFact.HostChanged.class);

    /// Facts that no released version records: the data of the next one will have them, for they are written at its release.
    private static final Set<Class<?>> NOT_RELEASED =
            Set.of(
                    RunFact.ArtifactsDeleted.class,
                    RunFact.ArtifactsMoved.class,
                    RunFact.ArtifactsStay.class,
                    RunFact.CacheAnswered.class,
                    RunFact.CacheAsked.class,
                    RunFact.CacheStored.class,
                    RunFact.Labelled.class,
                    RunFact.LocksAsked.class,
                    RunFact.LocksAwaited.class,
                    RunFact.LocksGranted.class,
                    RunFact.LocksRefused.class,
                    RunFact.LocksReleased.class,
                    RunFact.Measured.class,
                    RunFact.NodeSupplied.class,
                    RunFact.OutputsLeft.class,
                    RunFact.Progressed.class,
                    RunFact.StepReady.class,
                    RunFact.Used.class,
                    TriggerFact.Answered.class,
                    TriggerFact.Forgot.class);

    @TempDir Path directory;

    @BeforeAll
    static void write(@TempDir Path scratch) {
        switch (System.getProperty("golden", "")) {
            case "" -> {}
            case "write" -> new GoldenWriter(scratch).write(GoldenData.HOME.resolve(version()));
            case "answers" -> {
                for (var golden : GoldenData.all()) {
                    try (var server = Server.start(golden.unpack(scratch.resolve(golden.version())))) {
                        golden.keep(new GoldenQuestions(server).all());
                    }
                }
            }
            default -> throw new IllegalArgumentException("-Dgolden is write or answers");
        }
    }

    private static String version() {
        var said = Program.tiphys(Duration.ofSeconds(30), "version", "--client", "-o", "json");
        return Json.parse(said.output()).textAt("client").orElseThrow();
    }

    static List<GoldenData> versions() {
        return GoldenData.all();
    }

    @Test
    void there_are_data_of_the_first_version() {
        assertThat(versions()).extracting(GoldenData::version).contains("0.1.0");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void the_answers_are_those_of_the_version_that_wrote_it_and_what_waited_goes_on(GoldenData golden) {
        try (var server = Server.start(golden.unpack(directory.resolve("data")))) {
            assertAnswers(golden, server);

            GoldenWriter.control(server, "wide", "resume");
            GoldenWriter.control(server, "held", "resume");
            GoldenWriter.awaitPhase(server, "wide", "Succeeded");
            GoldenWriter.awaitPhase(server, "held", "Succeeded");
            GoldenWriter.control(server, "patient", "stop");
            GoldenWriter.awaitPhase(server, "patient", "Failed");
            server.apply(labelled(), GoldenQuestions.NAMESPACE);
            GoldenWriter.send(server, "second", "{}");
            Server.eventually("the join fires", () -> joined(server).isPresent());
            assertThat(joined(server)).contains("Ida 12");
        }
    }

    private static void assertAnswers(GoldenData golden, Server server) {
        var questions = new GoldenQuestions(server);
        var answers = golden.answers();
        assertThat(answers).hasSizeGreaterThan(40);
        var losses = new ArrayList<String>();
        for (var once : answers) {
            losses.addAll(GoldenQuestions.losses(once.path(), once.answer(), questions.ask(once.path()).answer()));
        }
        assertThat(losses).as("what is told of a store of %s otherwise than by it", golden.version()).isEmpty();
    }

    /// The ConfigMap of the scenario with the label that Argo wants of one that gives parameters. Version 0.1.0 did without it.
    private Path labelled() {
        try {
            return Files.writeString(
                    directory.resolve("settings.yaml"),
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata:
                      name: settings
                      labels:
                        workflows.argoproj.io/configmap-type: Parameter
                    data:
                      greeting: hello from a ConfigMap
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The name that the join's run after the opening was given.
    private static Optional<String> joined(Server server) {
        return server
                .get("/tiphys/v1/runs?phase=Succeeded&namespace=" + GoldenQuestions.NAMESPACE)
                .listAt("items")
                .stream()
                .filter(run -> run.textAt("name").orElse("").startsWith("joined-"))
                .map(run -> run.listAt("parameters").getFirst().textAt("value").orElse(""))
                .filter(name -> name.startsWith("Ida"))
                .findFirst();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void every_stream_is_read_and_a_snapshot_says_what_the_entries_say(GoldenData golden) throws IOException {
        try (var store = SqliteStore.open(golden.unpack(directory.resolve("data")), StoreOptions.defaults(_ -> {}))) {
            var snapshots = new TreeSet<String>();
            for (var stream : store.live("run").keySet()) {
                var entries = entries(store, stream);
                var run = run(stream, entries);
                assertThat(Run.restore(stream.key(), run.snapshot()).stateHash()).isEqualTo(run.stateHash());
                store.snapshot(stream)
                        .ifPresent(snapshot -> {
                            snapshots.add(snapshot.format());
                            var restored = Run.restore(stream.key(), snapshot.body());
                            entries.stream()
                                    .filter(entry -> entry.number() > snapshot.number())
                                    .forEach(entry -> restored.apply(RunFacts.decode(entry), entry.at()));
                            assertThat(restored.stateHash()).isEqualTo(run.stateHash());
                            assertThat(restored.status()).isEqualTo(run.status());
                        });
            }
            for (var stream : store.live("trigger").keySet()) {
                var entries = entries(store, stream);
                var trigger = trigger(Trigger.fresh(), entries, 0);
                store.snapshot(stream)
                        .ifPresent(snapshot -> {
                            snapshots.add(snapshot.format());
                            var restored = trigger(Trigger.restore(snapshot.body()), entries, snapshot.number());
                            assertThat(restored.snapshot()).isEqualTo(trigger.snapshot());
                        });
            }
            for (var stream : store.live("source").keySet()) {
                assertThat(entries(store, stream))
                        .isNotEmpty()
                        .allSatisfy(entry -> assertThat(SourceFacts.event(entry)).isPresent());
            }
            assertThat(snapshots)
                    .as("the snapshots that were read")
                    .anyMatch(format -> format.startsWith("run/"))
                    .anyMatch(format -> format.startsWith("trigger/"));
        }
    }

    private static Run run(StreamName stream, List<Entry> entries) {
        var run = Run.fresh(stream.key());
        entries.forEach(entry -> run.apply(RunFacts.decode(entry), entry.at()));
        return run;
    }

    private static Trigger trigger(Trigger trigger, List<Entry> entries, long after) {
        entries.stream()
                .filter(entry -> entry.number() > after)
                .forEach(entry -> trigger.apply(TriggerFacts.decode(entry), entry.at()));
        return trigger;
    }

    private static List<Entry> entries(SqliteStore store, StreamName stream) {
        var entries = store.read(stream, 0, Integer.MAX_VALUE);
        return entries.isEmpty() ? store.history(stream) : entries;
    }

    @Test
    void every_kind_of_fact_that_a_stream_records_is_in_the_data_of_some_version() {
        var recorded = new HashSet<Class<?>>();
        for (var golden : versions()) {
            var data = golden.unpack(directory.resolve(golden.version()));
            try (var store = SqliteStore.open(data, StoreOptions.defaults(_ -> {}))) {
                runs(store)
                        .forEach(stream ->
                                entries(store, stream)
                                        .forEach(entry -> recorded.add(RunFacts.decode(entry).getClass())));
                store.live("trigger")
                        .keySet()
                        .forEach(stream ->
                                entries(store, stream)
                                        .forEach(entry -> recorded.add(TriggerFacts.decode(entry).getClass())));
            }
        }
        var known = new HashSet<Class<?>>();
        known.addAll(List.of(RunFact.class.getPermittedSubclasses()));
        known.addAll(List.of(TriggerFact.class.getPermittedSubclasses()));
        known.removeAll(NOT_IN_ANY);
        known.removeAll(NOT_RELEASED);
        assertThat(recorded).containsAll(known);
    }

    /// Live and ended ones.
    private static Stream<StreamName> runs(SqliteStore store) {
        return Stream.concat(
                        store.live("run").keySet().stream(),
                        store.runs().list(new Runs.Query(GoldenQuestions.NAMESPACE, "", "", "", "", 500)).stream()
                                .map(row -> new StreamName("run", row.uid())))
                .distinct();
    }

    @Test
    void this_program_writes_data_that_it_reads_alike() throws IOException {
        var scratch = Files.createDirectory(directory.resolve("scratch"));
        var golden = new GoldenWriter(scratch).write(directory.resolve("next"));
        try (var server = Server.start(golden.unpack(directory.resolve("again")))) {
            assertAnswers(golden, server);
        }
    }
}
