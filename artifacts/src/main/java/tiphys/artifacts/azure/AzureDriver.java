package tiphys.artifacts.azure;

import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;
import tiphys.artifacts.bucket.BucketDriver;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;
import tiphys.artifacts.web.Web;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// `azure`: a container of Azure Blob Storage.
public final class AzureDriver {
    /// A token of a shared access signature instead of a key, as Argo knows it.
    private static final Pattern SIGNATURE = Pattern.compile("[?&][^=]+=[^&]+");

    private AzureDriver() {}

    public static Driver of(Secrets secrets) {
        return of(secrets, System.getenv());
    }

    /// @param environment whose credentials `useSDKCreds` means
    static Driver of(Secrets secrets, Map<String, String> environment) {
        var web = new Web();
        var tokens = new EntraTokens(web, environment, InstantSource.system());
        return new BucketDriver(
                place -> {
                    var endpoint = Web.endpoint(place, "endpoint");
                    return new AzureContainer(
                            web, endpoint, place.text("container"), permit(place, endpoint, secrets, tokens));
                },
                "blob");
    }

    private static Permit permit(Driver.Place place, URI endpoint, Secrets secrets, EntraTokens tokens) throws Trouble {
        if (place.fields().find("useSDKCreds").filter(Value.bool(true)::equals).isPresent()) {
            return new Permit.Token(tokens);
        }
        var key =
                secrets.text(place, "accountKeySecret")
                        .filter(text -> !text.isEmpty())
                        .orElseThrow(() ->
                                new Trouble(
                                        Trouble.Kind.REFUSED,
                                        "accountKey secret is required for Azure Blob Storage if useSDKCreds is false"));
        return SIGNATURE.matcher(key).find()
                ? new Permit.Signature(key.replaceFirst("^[?&]", ""))
                : new Permit.SharedKey(account(endpoint), key, InstantSource.system());
    }

    /// The account is the first name of the host, or the first part of the path on this machine, where emulators are.
    private static String account(URI endpoint) throws Trouble {
        var host = String.valueOf(endpoint.getHost());
        if (!host.startsWith("127.0.0.1") && !host.startsWith("localhost")) {
            return host.replaceFirst("\\..*", "");
        }
        var parts = endpoint.getPath().split("/", -1);
        if (parts.length < 2 || parts[1].isEmpty()) {
            throw new Trouble(Trouble.Kind.REFUSED, "unable to determine storage account name from " + endpoint);
        }
        return parts[1];
    }
}
