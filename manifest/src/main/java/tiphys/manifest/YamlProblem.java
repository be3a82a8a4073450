package tiphys.manifest;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// Says what the YAML parser complains about in words that help: its own speak of tokens.
record YamlProblem(String message, Optional<String> hint) {
    static YamlProblem of(MarkedYamlEngineException e) {
        var problem = e.getProblem() == null ? "the text cannot be read" : e.getProblem();
        if (problem.contains("'\\t(TAB)'")) {
            return new YamlProblem("a tab cannot indent or begin a value", Optional.of("use spaces"));
        }
        if (problem.contains("that cannot start any token")) {
            int quote = problem.indexOf('\'');
            var character = problem.substring(quote, problem.indexOf('\'', quote + 1) + 1);
            return new YamlProblem(
                    "the character " + character + " cannot begin a value", Optional.of("put the text in quotes"));
        }
        if (problem.contains("mapping values are not allowed")) {
            return new YamlProblem(
                    "a key with a value cannot stand here",
                    Optional.of("check the indentation, and put texts that contain \": \" in quotes"));
        }
        if (problem.startsWith("expected <block end>")) {
            return new YamlProblem(
                    "this line does not belong to what is above it",
                    Optional.of("check the indentation: the fields of an object begin at the same column"));
        }
        if (problem.contains("unexpected end of stream") || problem.endsWith("<stream end>")) {
            return new YamlProblem(
                    "the text ends in the middle of a value",
                    Optional.of("look for a quote or bracket that is never closed"));
        }
        return new YamlProblem(problem, Optional.empty());
    }
}
