package tiphys.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tiphys.artifacts.driver.Driver;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Item;

/// A driver that is made when it is first needed, for what it stands on is large.
final class Late implements Driver {
    private final Supplier<Driver> maker;
    private @Nullable Driver made;

    Late(Supplier<Driver> maker) {
        this.maker = maker;
    }

    private synchronized Driver driver() {
        var known = made;
        if (known == null) {
            known = maker.get();
            made = known;
        }
        return known;
    }

    @Override
    public void fetch(Place place, Path to) throws IOException {
        driver().fetch(place, to);
    }

    @Override
    public void store(Path from, Place place) throws IOException {
        driver().store(from, place);
    }

    @Override
    public List<Item> list(Place place, int most) throws IOException {
        return driver().list(place, most);
    }

    @Override
    public Content open(Place place, String part) throws IOException {
        return driver().open(place, part);
    }

    @Override
    public Content open(Place place, String part, long from) throws IOException {
        return driver().open(place, part, from);
    }

    @Override
    public void delete(Place place) throws IOException {
        driver().delete(place);
    }
}
