package tiphys.nats;

import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.TlsSettings;
import tiphys.events.source.SourceSettings.SecretKey;

/// How a client reaches servers and says who it is.
///
/// @param name what the servers' lists call it
record NatsClient(
        String url,
        Optional<TlsSettings> tls,
        Optional<NatsLogin> login,
        Backoff backoff,
        Map<SecretKey, String> secrets,
        String name) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern SEED = Pattern.compile("\\bSU[A-Z2-7]{56}\\b");

    /// Settings of a client that connects again by itself, for ever.
    ///
    /// @throws GeneralSecurityException if a certificate or a key of a Secret cannot be read
    Options.Builder settings() throws GeneralSecurityException {
        var first = Math.max(backoff.first().toMillis(), 1);
        var jitter =
                Duration.ofMillis(
                        Math.max((long) (first * backoff.jitter()), 1)); // by 0 the client never connects again
        var settings =
                new Options.Builder()
                        .servers(Arrays.stream(url.split(",", -1)).map(String::strip).toArray(String[]::new))
                        .connectionName(name)
                        .connectionTimeout(PATIENCE)
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(first))
                        .reconnectJitter(jitter)
                        .reconnectJitterTls(jitter)
                        .pingInterval(Duration.ofSeconds(10))
                        .maxPingsOut(2);
        if (tls.isPresent()) {
            settings.sslContext(tls.get().context(secrets));
        } else if (url.toLowerCase(Locale.ROOT).contains("tls://")) {
            settings.sslContext(
                    new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), false).context(secrets));
        }
        if (login.isPresent()) {
            switch (login.get()) {
                case NatsLogin.ByPassword(var word) -> settings.userInfo(word.user(secrets), word.password(secrets));
                case NatsLogin.ByToken(var token) -> settings.token(value(token).toCharArray());
                case NatsLogin.ByKey(var seed) -> settings.authHandler(new Signing(seed(seed)));
                case NatsLogin.ByCredentials(var text) ->
                        settings.authHandler(Nats.staticCredentials(value(text).getBytes(StandardCharsets.UTF_8)));
            }
        }
        return settings;
    }

    private String value(SecretKey key) {
        return secrets.getOrDefault(key, "");
    }

    private NKey seed(SecretKey key) throws GeneralSecurityException {
        var seed = SEED.matcher(value(key));
        if (!seed.find()) {
            throw new GeneralSecurityException(
                    "%s: the key %s of Secret %s holds no seed of a user's NKey, which begins with SU"
                            .formatted(key.field(), key.key(), key.name()));
        }
        return NKey.fromSeed(seed.group().toCharArray());
    }

    /// Not the secrets' values.
    @Override
    public String toString() {
        return name + " to " + url;
    }

    /// Signs what the server asks.
    private record Signing(NKey key) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            try {
                return key.sign(nonce);
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("an NKey that was read signs", e);
            }
        }

        @Override
        public char[] getID() {
            try {
                return key.getPublicKey();
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("an NKey that was read has a public one", e);
            }
        }

        @Override
        public char @Nullable [] getJWT() {
            return null;
        }
    }
}
