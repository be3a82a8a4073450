package tiphys.email;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.spec.Fields;

/// Sends one mail.
final class Post {
    private static final int SMTPS = 465;
    private static final String PATIENCE_MILLIS = "30000";

    private Post() {}

    static Answer send(Firing firing, Request request) throws IOException, TriggerFailed {
        int port = request.whole("port").orElse(25L).intValue();
        var password = request.secret("smtpPassword").orElse("");
        var user = request.text("username");
        var protocol = port == SMTPS ? "smtps" : "smtp";
        var session = Session.getInstance(settings(protocol, !user.isEmpty()));
        var wrong = new ArrayList<String>();
        try (var transport = session.getTransport(protocol)) {
            var mail = mail(session, firing, request, wrong);
            transport.connect(
                    request.text("host"), port, user.isEmpty() ? null : user, user.isEmpty() ? null : password);
            transport.sendMessage(mail, mail.getAllRecipients());
            if (!wrong.isEmpty()) {
                throw new TriggerFailed(
                        "sent, but not to " + String.join(", ", wrong) + ", which are no addresses",
                        new Answer("250", mail.getMessageID()),
                        TriggerFailed.Again.IS_IN_VAIN);
            }
            return new Answer("250", "taken for " + shown(mail.getAllRecipients()) + " as " + mail.getMessageID());
        } catch (AuthenticationFailedException e) {
            throw failed("the mail server does not know the user or the password: ", e, TriggerFailed.Again.IS_IN_VAIN);
        } catch (AddressException e) {
            throw failed("there is an address that is none: ", e, TriggerFailed.Again.IS_IN_VAIN);
        } catch (SendFailedException e) {
            throw failed(
                    "the mail server refused " + shown(e.getInvalidAddresses()) + ": ",
                    e,
                    TriggerFailed.Again.IS_IN_VAIN);
        } catch (MessagingException e) {
            throw new IOException(request.text("host") + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private static TriggerFailed failed(String what, MessagingException e, TriggerFailed.Again again) {
        return new TriggerFailed(what + String.valueOf(e.getMessage()).strip(), Answer.NONE, again);
    }

    private static String shown(Address @Nullable [] addresses) {
        return addresses == null
                ? "the mail"
                : Arrays.stream(addresses).map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static Properties settings(String protocol, boolean authenticates) {
        var settings = new Properties();
        for (var wait : List.of("connectiontimeout", "timeout", "writetimeout")) {
            settings.setProperty("mail." + protocol + "." + wait, PATIENCE_MILLIS);
        }
        settings.setProperty("mail." + protocol + ".auth", Boolean.toString(authenticates));
        settings.setProperty("mail." + protocol + ".starttls.enable", "true");
        settings.setProperty("mail." + protocol + ".ssl.checkserveridentity", "true");
        settings.setProperty("mail." + protocol + ".sendpartial", "true");
        return settings;
    }

    /// @param wrong gets the receivers that are no addresses; the others get the mail all the same, as in Argo
    private static MimeMessage mail(Session session, Firing firing, Request request, List<String> wrong)
            throws MessagingException, TriggerFailed {
        var mail = new Keyed(session, "<" + firing.id() + "@tiphys>");
        var from = new InternetAddress(request.text("from"), true);
        mail.setFrom(from);
        for (var to : new Fields(request.block(), "email", new ArrayList<>()).texts("to")) {
            try {
                mail.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
            } catch (AddressException _) {
                wrong.add(to);
            }
        }
        if (mail.getAllRecipients() == null) {
            throw new TriggerFailed("nothing is sent: " + String.join(", ", wrong) + " are no addresses");
        }
        mail.setSubject(request.text("subject"), "UTF-8");
        mail.setText(request.text("body"), "UTF-8");
        mail.setSentDate(Date.from(firing.at()));
        mail.saveChanges();
        return mail;
    }

    /// A mail whose id is ours.
    private static final class Keyed extends MimeMessage {
        private final String id;

        Keyed(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
