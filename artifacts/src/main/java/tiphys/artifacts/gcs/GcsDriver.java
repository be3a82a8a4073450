package tiphys.artifacts.gcs;

import java.util.Optional;
import tiphys.artifacts.bucket.BucketDriver;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.web.Web;

/// `gcs`: a bucket of Google Cloud Storage.
public final class GcsDriver {
    private static final String GOOGLE = "https://storage.googleapis.com";

    private GcsDriver() {}

    /// Of Google's own servers, or of the emulator that `STORAGE_EMULATOR_HOST` names, as for Google's clients.
    public static Driver of(Secrets secrets) {
        var emulator = Optional.ofNullable(System.getenv("STORAGE_EMULATOR_HOST")).filter(host -> !host.isEmpty());
        var tokens = new Tokens(secrets);
        return emulator.isPresent()
                ? emulated(emulator.get().contains("://") ? emulator.get() : "http://" + emulator.get())
                : of(GOOGLE, place -> Optional.of(tokens.of(place)));
    }

    /// Of a server that asks nobody who is there.
    public static Driver emulated(String server) {
        return of(server, _ -> Optional.empty());
    }

    /// @param server where the API is
    static Driver of(String server, Tokens.Source tokens) {
        var web = new Web();
        return new BucketDriver(
                place -> new GcsBucket(web, server, place.text("bucket"), () -> tokens.token(place)), "key");
    }
}
