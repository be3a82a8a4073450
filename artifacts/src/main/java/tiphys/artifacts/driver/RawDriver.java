package tiphys.artifacts.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;
import tiphys.engine.Artifacts.Trouble;

/// `raw`: the text stands in the manifest.
public final class RawDriver implements Driver {
    @Override
    public void fetch(Place place, Path to) throws IOException {
        Files.write(to, bytes(place));
    }

    private static byte[] bytes(Place place) {
        return place.text("data").getBytes(UTF_8);
    }

    @Override
    public void store(Path from, Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "Raw output artifacts unsupported");
    }

    @Override
    public List<Item> list(Place place, int most) {
        return List.of(new Item("", OptionalLong.of(bytes(place).length)));
    }

    @Override
    public Content open(Place place, String part) throws Trouble {
        if (!part.isEmpty()) {
            throw new Trouble(Trouble.Kind.MISSING, "there is nothing below a raw artifact");
        }
        return new Content(new ByteArrayInputStream(bytes(place)), OptionalLong.of(bytes(place).length));
    }

    @Override
    public void delete(Place place) throws Trouble {
        throw new Trouble(Trouble.Kind.REFUSED, "delete not supported for raw artifacts");
    }
}
