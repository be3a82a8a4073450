package tiphys.server.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Lets browsers in: a ticket is good for one login within ten minutes; a session lasts thirty days, also over restarts,
/// for it is its end signed with the server's token. A new token ends every session. Safe for every thread.
public final class Sessions {
    /// The name of the cookie that holds a session.
    public static final String COOKIE = "tiphys_session";

    public static final Duration SESSION_LIFE = Duration.ofDays(30);
    private static final Duration TICKET_LIFE = Duration.ofMinutes(10);
    private static final int MOST_TICKETS = 100;

    private final byte[] token;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> tickets = new LinkedHashMap<>();

    public Sessions(String token, InstantSource clock) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /// A new ticket. Of more than a hundred unused ones the oldest are forgotten.
    public String newTicket() {
        var ticket = randomText(random);
        synchronized (tickets) {
            tickets.put(ticket, clock.instant().plus(TICKET_LIFE));
            while (tickets.size() > MOST_TICKETS) {
                tickets.remove(tickets.keySet().iterator().next());
            }
        }
        return ticket;
    }

    /// Takes a ticket back and gives a session for it, if the ticket is good.
    public Optional<String> login(String ticket) {
        synchronized (tickets) {
            var ends = tickets.remove(ticket); // 256 random bits, and gone after one look: nothing to time
            if (ends == null || ends.isBefore(clock.instant())) {
                return Optional.empty();
            }
        }
        var ends = Long.toString(clock.instant().plus(SESSION_LIFE).getEpochSecond());
        return Optional.of(ends + "." + signature(ends));
    }

    /// Whether a cookie's value is a session that has not ended.
    boolean isValid(String session) {
        int dot = session.indexOf('.');
        if (dot < 1 || dot > 12 || !session.chars().limit(dot).allMatch(Character::isDigit)) {
            return false;
        }
        var ends = session.substring(0, dot);
        return MessageDigest.isEqual(
                        signature(ends).getBytes(StandardCharsets.UTF_8),
                        session.substring(dot + 1).getBytes(StandardCharsets.UTF_8))
                && clock.instant().getEpochSecond() < Long.parseLong(ends);
    }

    /// 256 random bits as text that fits in addresses.
    public static String randomText(SecureRandom random) {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String signature(String ends) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token, "HmacSHA256"));
            var signed = mac.doFinal(("session until " + ends).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
