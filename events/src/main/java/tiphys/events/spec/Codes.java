package tiphys.events.spec;

/// The codes of what may be wrong with the event kinds.
public final class Codes {
    /// Something that Argo Events knows and this version does not.
    public static final String UNSUPPORTED = "TIP-3101";

    /// A field that must be there.
    public static final String MISSING = "TIP-3102";

    /// A value that cannot be used.
    public static final String INVALID = "TIP-3103";

    /// A name that stands for nothing.
    public static final String UNKNOWN_NAME = "TIP-3104";

    /// A name that is given twice.
    public static final String TWICE = "TIP-3105";

    /// Conditions that cannot be read.
    public static final String CONDITIONS = "TIP-3106";

    /// A script or a template that cannot be read.
    public static final String SCRIPT = "TIP-3107";

    /// Something that works but has not the effect that its writer may expect.
    public static final String DOUBTFUL = "TIP-3151";

    private Codes() {}
}
