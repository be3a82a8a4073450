package tiphys.artifacts.oss;

import java.time.InstantSource;
import java.util.Map;
import tiphys.artifacts.bucket.BucketDriver;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// `oss`: a bucket of Alibaba's object store.
public final class OssDriver {
    private OssDriver() {}

    public static Driver of(Secrets secrets) {
        var web = new Web();
        return new BucketDriver(
                place -> {
                    var named = place.text("endpoint");
                    var endpoint = Web.uri((named.contains("://") ? named : "http://" + named).replaceAll("/+$", ""));
                    return new OssBucket(
                            web, endpoint, place, signature(place, secrets, System.getenv()), InstantSource.system());
                },
                "key");
    }

    /// @param environment whose credentials `useSDKCreds` means
    static OssSignature signature(Place place, Secrets secrets, Map<String, String> environment) throws Trouble {
        if (place.fields().find("useSDKCreds").filter(Value.bool(true)::equals).isEmpty()) {
            return new OssSignature(
                    secrets.text(place, "accessKeySecret").orElse(""),
                    secrets.text(place, "secretKeySecret").orElse(""),
                    place.text("securityToken"));
        }
        var access = environment.getOrDefault("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
        if (access.isEmpty()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED,
                    "useSDKCreds: the server's environment has no credentials of Alibaba Cloud; set"
                            + " ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name the keys by"
                            + " accessKeySecret and secretKeySecret");
        }
        return new OssSignature(
                access,
                environment.getOrDefault("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""),
                environment.getOrDefault("ALIBABA_CLOUD_SECURITY_TOKEN", ""));
    }
}
