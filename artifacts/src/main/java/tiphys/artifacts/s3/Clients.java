package tiphys.artifacts.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import tiphys.artifacts.driver.Driver.Place;
import tiphys.artifacts.driver.Secrets;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Value;

/// The clients that are open, one for each server and credential. Safe for every thread.
final class Clients {
    private static final int MOST = 32;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration READ = Duration.ofSeconds(60);

    private final Secrets secrets;
    private final Map<Server, S3Client> open = new LinkedHashMap<>(16, 0.75f, true);

    Clients(Secrets secrets) {
        this.secrets = secrets;
    }

    /// Everything that makes one client another.
    private record Server(
            String endpoint,
            String region,
            boolean pathStyle,
            boolean chain,
            String role,
            String access,
            String secret,
            String session,
            String authority) {}

    S3Client of(Place place) throws IOException {
        var server = server(place);
        synchronized (open) {
            var known = open.get(server);
            if (known == null) {
                known = make(server);
                open.put(server, known);
                if (open.size() > MOST) {
                    open.remove(open.keySet().iterator().next()); // not closed: somebody may be using it
                }
            }
            return known;
        }
    }

    static boolean flag(Value.Mapping json, String field) {
        return json.find(field).filter(Value.bool(true)::equals).isPresent();
    }

    private Server server(Place place) throws Trouble {
        var host = place.text("endpoint");
        boolean insecure = flag(place.fields(), "insecure");
        var style = place.text("addressingStyle");
        boolean pathStyle =
                style.equals("path") || (!style.equals("virtual-hosted") && !host.endsWith("amazonaws.com"));
        return new Server(
                (insecure ? "http://" : "https://") + host,
                Optional.of(place.text("region")).filter(text -> !text.isEmpty()).orElse("us-east-1"),
                pathStyle,
                flag(place.fields(), "useSDKCreds"),
                place.text("roleARN"),
                secrets.text(place, "accessKeySecret").orElse(""),
                secrets.text(place, "secretKeySecret").orElse(""),
                secrets.text(place, "sessionTokenSecret").orElse(""),
                secrets.of(place, "caSecret").map(HexFormat.of()::formatHex).orElse(""));
    }

    private static S3Client make(Server server) throws IOException {
        var http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(READ);
        if (!server.authority().isEmpty()) {
            var trusted = trusting(HexFormat.of().parseHex(server.authority()));
            http.tlsTrustManagersProvider(trusted::getTrustManagers);
        }
        return S3Client.builder()
                .httpClientBuilder(http)
                .endpointOverride(URI.create(server.endpoint()))
                .region(Region.of(server.region()))
                .forcePathStyle(server.pathStyle())
                .credentialsProvider(credentials(server))
                .requestChecksumCalculation(
                        RequestChecksumCalculation.WHEN_REQUIRED) // others than S3 do not know them all
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    private static AwsCredentialsProvider credentials(Server server) {
        if (!server.access().isEmpty()) {
            return StaticCredentialsProvider.create(
                    server.session().isEmpty()
                            ? AwsBasicCredentials.create(server.access(), server.secret())
                            : AwsSessionCredentials.create(server.access(), server.secret(), server.session()));
        }
        if (!server.role().isEmpty()) {
            return inRole(server);
        }
        return server.chain() ? DefaultCredentialsProvider.builder().build() : AnonymousCredentialsProvider.create();
    }

    /// Of a role that is taken with the credentials that the SDK finds, as Argo takes it; anew before they end. Where the service is
    /// `AWS_ENDPOINT_URL_STS` may say.
    private static AwsCredentialsProvider inRole(Server server) {
        var service =
                StsClient.builder()
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(READ))
                        .region(Region.of(server.region()))
                        .credentialsProvider(DefaultCredentialsProvider.builder().build())
                        .build();
        return StsAssumeRoleCredentialsProvider.builder()
                .stsClient(service)
                .refreshRequest(request -> request.roleArn(server.role()).roleSessionName("tiphys"))
                .build();
    }

    private static TrustManagerFactory trusting(byte[] certificates) throws IOException {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(certificates))) {
                store.setCertificateEntry("ca-" + number++, one);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "the certificate of caSecret cannot be read: " + e.getMessage(), e);
        }
    }
}
