package tiphys.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tiphys.manifest.Codes;

class CodesTest {
    private static final Pattern CODE = Pattern.compile("\"(TIP-[0-9]{4})");

    @Test
    void every_code_of_a_message_is_explained_and_every_explained_code_has_a_message() throws IOException {
        var explained = new TreeSet<String>();
        Codes.all().forEach(code -> explained.add(code.code()));
        assertThat(explained).hasSize(Codes.all().size());
        assertThat(inSources()).containsExactlyElementsOf(explained);
    }

    @Test
    void every_code_says_what_it_means_and_what_to_do() {
        assertThat(Codes.all())
                .allSatisfy(code -> {
                    assertThat(code.title()).isNotBlank().doesNotEndWith(".");
                    assertThat(code.explanation()).as(code.code()).endsWith(".");
                    assertThat(code.remedy()).as(code.code()).endsWith(".");
                });
    }

    private static TreeSet<String> inSources() throws IOException {
        var codes = new TreeSet<String>();
        try (var modules =
                Files.newDirectoryStream(Path.of(".."), path -> Files.isDirectory(path.resolve("src/main")))) {
            for (var module : modules) {
                try (var files = Files.walk(module.resolve("src/main"))) {
                    for (var file : files.filter(path -> path.toString().matches(".*\\.(java|ts)")).toList()) {
                        CODE.matcher(Files.readString(file)).results().forEach(found -> codes.add(found.group(1)));
                    }
                }
            }
        }
        return codes;
    }
}
