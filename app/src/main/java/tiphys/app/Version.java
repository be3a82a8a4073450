package tiphys.app;

/// This program's version, as the jar says it.
final class Version {
    /// `0.1.0`; `dev` if the classes come from no jar.
    static final String TEXT = text();

    private Version() {}

    private static String text() {
        var version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version.replace("-SNAPSHOT", "");
    }
}
