package tiphys.events.action;

/// Says why a firing did not do what it asks for.
public final class TriggerFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Answer answer;
    private final Again again;

    /// Whether it makes sense to try once more.
    public enum Again {
        /// What stood against it may pass: it is tried again even if the manifest has no `retryStrategy`.
        MAY_HELP,
        /// It will be the same: it is tried again only as `retryStrategy` says.
        IS_IN_VAIN
    }

    public TriggerFailed(String why, Answer answer, Again again) {
        super(why, null, false, false);
        this.answer = answer;
        this.again = again;
    }

    /// It cannot be done, whoever is asked.
    public TriggerFailed(String why) {
        this(why, Answer.NONE, Again.IS_IN_VAIN);
    }

    /// What came back, if anything did.
    public Answer answer() {
        return answer;
    }

    public Again again() {
        return again;
    }

    /// What happened, for people.
    public String why() {
        return String.valueOf(getMessage());
    }
}
