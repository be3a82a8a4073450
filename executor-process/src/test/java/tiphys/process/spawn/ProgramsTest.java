package tiphys.process.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramsTest {
    @TempDir private Path directory;

    private final Programs programs = new Programs();

    private Path program(String place) throws IOException {
        var path = directory.resolve(place);
        Files.createDirectories(path.getParent());
        return Files.createFile(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void the_first_of_the_search_path_is_found_again_and_again() throws IOException {
        var first = program("a/tool");
        program("b/tool");
        var searchPath = directory.resolve("a") + ":" + directory.resolve("b");

        assertThat(programs.find("tool", searchPath, directory)).isEqualTo(new Host.Program(first));
        assertThat(programs.find("tool", searchPath, directory.resolve("else"))).isEqualTo(new Host.Program(first));
    }

    @Test
    void another_search_path_finds_another_program() throws IOException {
        var first = program("a/tool");
        var second = program("b/tool");

        assertThat(programs.find("tool", directory.resolve("a").toString(), directory))
                .isEqualTo(new Host.Program(first));
        assertThat(programs.find("tool", directory.resolve("b").toString(), directory))
                .isEqualTo(new Host.Program(second));
    }

    @Test
    void what_depends_on_the_directory_is_looked_for_in_each() throws IOException {
        var here = program("here/bin/tool");
        var there = program("there/bin/tool");

        for (var searchPath : new String[] {"bin", "bin:", "/nowhere:bin", ":bin"}) {
            assertThat(programs.find("tool", searchPath, directory.resolve("here"))).isEqualTo(new Host.Program(here));
            assertThat(programs.find("tool", searchPath, directory.resolve("there")))
                    .isEqualTo(new Host.Program(there));
        }
        assertThat(programs.find("bin/tool", "/nowhere", directory.resolve("there")))
                .isEqualTo(new Host.Program(there));
    }

    @Test
    void what_was_not_there_is_found_once_it_is() throws IOException {
        var searchPath = directory.resolve("a").toString();
        assertThat(programs.find("tool", searchPath, directory)).isInstanceOf(Host.NoProgram.class);

        var made = program("a/tool");

        assertThat(programs.find("tool", searchPath, directory)).isEqualTo(new Host.Program(made));
    }
}
