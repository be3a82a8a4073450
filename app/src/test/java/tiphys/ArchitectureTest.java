package tiphys;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    static final JavaClasses TIPHYS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("tiphys");

    /// The modules that hold the rules.
    static final List<String> RULES = List.of("manifest", "language", "journal", "objects", "engine", "events");

    @Test
    void the_code_is_really_read() {
        assertThat(TIPHYS).hasSizeGreaterThan(100);
        assertThat(TIPHYS.get("tiphys.manifest.Value$Mapping").isRecord()).isTrue();
    }

    @Test
    void each_module_uses_only_what_its_row_in_the_architecture_names() throws IOException {
        var mayUse = moduleTable(4);
        assertThat(mayUse.keySet()).containsAll(RULES).contains("runtime", "store", "server", "cli", "app");
        for (var module : mayUse.entrySet()) {
            var allowed = reachable(module.getKey(), mayUse);
            var forbidden =
                    describe(
                            "in a module that " + module.getKey() + " may not use",
                            (JavaClass other) ->
                                    other.getPackageName().startsWith("tiphys.") && !allowed.contains(moduleOf(other)));
            noClasses()
                    .that(areIn(module.getKey()))
                    .should()
                    .dependOnClassesThat(forbidden)
                    .allowEmptyShould(true)
                    .check(TIPHYS);
        }
    }

    @Test
    void each_module_has_the_packages_that_its_row_names() throws IOException {
        for (var module : moduleTable(3).entrySet()) {
            var found =
                    TIPHYS.stream()
                            .filter(one -> moduleOf(one).equals(module.getKey()))
                            .map(JavaClass::getPackageName)
                            .map(name -> name.split("\\.", 3))
                            .filter(parts -> parts.length == 3)
                            .map(parts -> parts[2])
                            .distinct();
            assertThat(found).as(module.getKey()).containsExactlyInAnyOrderElementsOf(module.getValue());
        }
    }

    @Test
    void what_is_decided_about_a_run_knows_nothing_of_how_it_is_shown_or_written() {
        noClasses()
                .that()
                .resideInAnyPackage("tiphys.engine.run.state", "tiphys.engine.run.rules", "tiphys.engine.run.validate")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tiphys.engine.run.view", "tiphys.engine.run.codec")
                .check(TIPHYS);
        noClasses()
                .that()
                .resideInAPackage("tiphys.engine.run.codec")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tiphys.engine.run.rules", "tiphys.engine.run.validate", "tiphys.engine.run.view")
                .check(TIPHYS);
    }

    @Test
    void a_runs_state_is_changed_by_applying_facts_and_by_reading_a_snapshot_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("tiphys.engine.run.state", "tiphys.engine.run.codec")
                .should()
                .setFieldWhere(
                        describe(
                                "of a run's state",
                                (JavaFieldAccess access) ->
                                        access.getTargetOwner().getPackageName().equals("tiphys.engine.run.state")))
                .check(TIPHYS);
    }

    /// The libraries that rule modules may use beside the JDK, as the architecture says; no other has any.
    static final Map<String, List<String>> LIBRARIES =
            Map.of("manifest", List.of("tools.jackson.", "org.snakeyaml."), "language", List.of("com.google.re2j."));

    @Test
    void the_rules_stand_on_the_jdk_on_one_another_and_on_named_libraries() {
        for (var module : RULES) {
            var libraries = LIBRARIES.getOrDefault(module, List.of());
            var outside =
                    describe(
                            "outside the JDK, Tiphys and " + libraries,
                            (JavaClass other) ->
                                    !other.isPrimitive()
                                            && !other.isArray()
                                            && Stream.concat(
                                                            Stream.of(
                                                                    "java.",
                                                                    "javax.crypto.",
                                                                    "tiphys.",
                                                                    "org.jspecify."),
                                                            libraries.stream())
                                                    .noneMatch(other.getName()::startsWith));
            noClasses().that(areIn(module)).should().dependOnClassesThat(outside).check(TIPHYS);
        }
    }

    @Test
    void the_rules_do_no_input_and_output_and_start_no_threads() {
        var forbidden =
                describe(
                        "I/O or threads",
                        (JavaClass other) ->
                                Set.of(
                                                        "java.io.File",
                                                        "java.nio.file.Files",
                                                        "java.lang.Thread",
                                                        "java.lang.ProcessBuilder",
                                                        "java.util.concurrent.Executors")
                                                .contains(other.getName())
                                        || other.getPackageName().startsWith("java.net")
                                        || other.getPackageName().startsWith("java.sql"));
        noClasses().that(areInRules(Set.of())).should().dependOnClassesThat(forbidden).check(TIPHYS);
    }

    @Test
    void the_rules_are_told_the_time_and_draw_nothing_at_random() {
        noClasses()
                .that(areInRules(Set.of()))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .check(TIPHYS);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("tiphys.(**)").should().beFreeOfCycles().check(TIPHYS);
    }

    @Test
    void names_say_what_a_class_is() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(TIPHYS);
    }

    @Test
    void every_package_says_what_may_be_null() {
        assertThat(TIPHYS.stream().map(JavaClass::getPackage).distinct())
                .allMatch(found -> found.isAnnotatedWith(NullMarked.class), "is @NullMarked");
    }

    @Test
    void no_static_state() {
        noFields().that().areStatic().should().notBeFinal().check(TIPHYS);
        classes().should().notBeAnnotatedWith(Deprecated.class).check(TIPHYS);
    }

    private static DescribedPredicate<JavaClass> areIn(String module) {
        return describe("are in " + module, (JavaClass one) -> moduleOf(one).equals(module));
    }

    private static DescribedPredicate<JavaClass> areInRules(Set<String> but) {
        return describe("hold rules", (JavaClass one) -> RULES.contains(moduleOf(one)) && !but.contains(moduleOf(one)));
    }

    /// Where packages live that are not called as their module is.
    private static final Map<String, String> MODULES =
            Map.ofEntries(
                    Map.entry("process", "executor-process"),
                    Map.entry("container", "executor-container"),
                    Map.entry("served", "executor-served"),
                    Map.entry("kubernetes", "executor-kubernetes"),
                    Map.entry("email", "connector-email"),
                    Map.entry("azure", "connector-azure"),
                    Map.entry("kafka", "connector-kafka"),
                    Map.entry("nats", "connector-nats"),
                    Map.entry("sftp", "connector-sftp"),
                    Map.entry("grpc", "connector-grpc"));

    /// `tiphys.process` lives in `executor-process`, `tiphys.kafka` in `connector-kafka`; most modules' packages have their names.
    private static String moduleOf(JavaClass one) {
        var parts = one.getPackageName().split("\\.", -1);
        if (parts.length < 2) {
            return "app";
        }
        return MODULES.getOrDefault(parts[1], parts[1]);
    }

    private static Set<String> reachable(String module, Map<String, List<String>> mayUse) {
        var all = new HashSet<String>();
        var open = new java.util.ArrayDeque<>(List.of(module));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (all.add(next)) {
                open.addAll(mayUse.getOrDefault(next, List.of()));
            }
        }
        return all;
    }

    /// A column of the architecture's table of modules, by module.
    private static Map<String, List<String>> moduleTable(int column) throws IOException {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("ARCHITECTURE.md"))) {
            root = root.getParent();
        }
        var table = new LinkedHashMap<String, List<String>>();
        var inside = false;
        for (var line : Files.readAllLines(root.resolve("ARCHITECTURE.md"))) {
            if (line.startsWith("## ")) {
                inside = line.equals("## Modules");
            }
            var cells = line.split("\\|", -1);
            if (inside && cells.length > column && cells[1].strip().startsWith("`")) {
                var named = cells[column].strip().replace("`", "");
                table.put(
                        cells[1].strip().replace("`", ""),
                        named.equals("–") ? List.of() : Arrays.asList(named.split(", ")));
            }
        }
        return table;
    }
}
