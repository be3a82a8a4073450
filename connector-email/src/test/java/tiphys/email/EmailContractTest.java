package tiphys.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tiphys.events.action.ActionWorld;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerContract;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class EmailContractTest extends TriggerContract {
    private final EmailTrigger kind = new EmailTrigger();
    private final List<MimeMessage> before = new ArrayList<>();
    private GreenMail server;
    private int port;

    @BeforeEach
    void open() {
        world.put("mail", "password", "s3cret");
        server = serving(0);
        port = server.getSmtp().getPort();
    }

    private static GreenMail serving(int at) {
        var opened = new GreenMail(new ServerSetup(at, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        opened.start();
        opened.setUser("ann@example.com", "ann", "s3cret");
        return opened;
    }

    @AfterEach
    void close() {
        server.stop();
    }

    @Override
    protected TriggerKind kind() {
        return kind;
    }

    private Value.Mapping block(String body, String... to) {
        return Value.object(
                "host",
                "127.0.0.1",
                "port",
                port,
                "username",
                "ann",
                "smtpPassword",
                Value.object("name", "mail", "key", "password"),
                "from",
                "ann@example.com",
                "to",
                List.of(to),
                "subject",
                "Grüße",
                "body",
                body);
    }

    @Override
    protected Value.Mapping block() {
        return block("hello", "bob@example.com");
    }

    @Override
    protected Answer fire(int number) throws Exception {
        return kind.fire(ActionWorld.firing(number), world.request(block(payload(number), "bob@example.com"), ""));
    }

    private List<MimeMessage> mails() {
        var all = new ArrayList<>(before);
        all.addAll(List.of(server.getReceivedMessages()));
        return all;
    }

    /// A reader of mail knows a mail by its id.
    @Override
    protected List<String> taken() {
        var byId = new LinkedHashMap<String, String>();
        for (var mail : mails()) {
            try {
                byId.putIfAbsent(mail.getMessageID(), mail.getContent().toString().strip());
            } catch (MessagingException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return List.copyOf(byId.values());
    }

    @Override
    protected boolean needsSecret() {
        return true;
    }

    @Override
    protected void stopServer() {
        before.addAll(List.of(server.getReceivedMessages()));
        server.stop();
    }

    @Override
    protected void startServer() {
        server = serving(port);
    }

    @Test
    void the_mail_says_what_the_manifest_says() throws Exception {
        kind.fire(
                ActionWorld.firing(1),
                world.request(block("Zeile 1\nZeile ü", "bob@example.com", "eve+x@museum.example"), ""));
        var mails = mails();
        assertThat(mails).hasSize(2).as("one for each receiver");
        var mail = mails.getFirst();
        assertThat(mail.getSubject()).isEqualTo("Grüße");
        assertThat(mail.getFrom()[0]).hasToString("ann@example.com");
        assertThat(mail.getAllRecipients()).hasSize(2);
        assertThat(mail.getContent().toString()).isEqualToIgnoringNewLines("Zeile 1\nZeile ü");
        assertThat(mail.getMessageID()).isEqualTo("<" + ActionWorld.firing(1).id() + "@tiphys>");
        assertThat(mail.getSentDate().toInstant()).isEqualTo(ActionWorld.NOON);
    }

    @Test
    void receivers_that_are_no_addresses_are_told_and_the_others_get_the_mail() {
        assertThatThrownBy(() ->
                        kind.fire(
                                ActionWorld.firing(1), world.request(block("x", "bob@example.com", "no address"), "")))
                .isInstanceOf(TriggerFailed.class)
                .hasMessageContaining("sent, but not to no address");
        assertThat(mails()).hasSize(1);
    }

    @Test
    void a_wrong_password_is_in_vain() {
        world.put("mail", "password", "wrong");
        assertThatThrownBy(() -> fire(1))
                .isInstanceOfSatisfying(
                        TriggerFailed.class,
                        failure -> assertThat(failure.again()).isEqualTo(TriggerFailed.Again.IS_IN_VAIN));
    }

    @Test
    void what_cannot_be_sent_is_told_before() {
        var found = new ArrayList<Diagnostic>();
        kind.check(new Fields((Value.Mapping) Json.parse("{\"to\":[],\"port\":\"x\"}"), "email", found));
        assertThat(found.stream().map(Diagnostic::message))
                .anyMatch(one -> one.contains("email.host is required"))
                .anyMatch(one -> one.contains("email.to must be a list"))
                .anyMatch(one -> one.contains("email.port must be the number of a port"));
    }
}
