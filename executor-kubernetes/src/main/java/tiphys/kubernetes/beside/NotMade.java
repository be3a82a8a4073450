package tiphys.kubernetes.beside;

/// Says that the cluster refuses something without which a step cannot begin; the message is for people.
public final class NotMade extends Exception {
    private static final long serialVersionUID = 1;

    NotMade(String message) {
        super(message);
    }
}
