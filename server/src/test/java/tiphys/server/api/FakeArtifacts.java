package tiphys.server.api;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tiphys.engine.Artifacts;

/// Artifacts that are as a test says, by key, and by key and part.
final class FakeArtifacts implements Artifacts {
    final Map<String, String> texts = new LinkedHashMap<>();

    private static String key(Kept artifact, String part) {
        var key = artifact.location().textAt("local", "key").orElse("");
        return part.isEmpty() ? key : key + "#" + part;
    }

    @Override
    public long load(Kept artifact, Path to) {
        throw new UnsupportedOperationException("no face loads");
    }

    @Override
    public long save(Path from, Kept artifact) {
        throw new UnsupportedOperationException("no face saves");
    }

    @Override
    public List<Item> list(Kept artifact, int most) {
        return texts.keySet().stream()
                .filter(one -> one.startsWith(key(artifact, "") + "#"))
                .map(one -> new Item(one.substring(one.indexOf('#') + 1), OptionalLong.of(texts.get(one).length())))
                .toList();
    }

    @Override
    public Content open(Kept artifact, String part) throws Trouble {
        var text = texts.get(key(artifact, part));
        if (text == null) {
            throw new Trouble(Trouble.Kind.MISSING, "The specified key does not exist.");
        }
        return new Content(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), OptionalLong.of(text.length()));
    }

    @Override
    public void delete(Kept artifact) {
        texts.remove(key(artifact, ""));
    }
}
