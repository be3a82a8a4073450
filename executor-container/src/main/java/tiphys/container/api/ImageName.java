package tiphys.container.api;

/// An image's name in full, as Docker reads short ones: `python:3.9` is `docker.io/library/python:3.9`. Engines that would look for a
/// short name elsewhere are never asked for one.
///
/// @param repository with its host
/// @param tag empty if there is a digest
/// @param digest empty if there is a tag
public record ImageName(String repository, String tag, String digest) {
    private static final String HUB = "docker.io";
    private static final String LATEST = "latest";

    public static ImageName of(String reference) {
        var rest = reference;
        var digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        var tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        var first = slash < 0 ? "" : rest.substring(0, slash);
        var named = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!named) {
            rest = HUB + "/" + (slash < 0 ? "library/" : "") + rest;
        }
        return new ImageName(rest, digest.isEmpty() && tag.isEmpty() ? LATEST : digest.isEmpty() ? tag : "", digest);
    }

    /// The whole name.
    public String text() {
        return isDigest() ? repository + "@" + digest : repository + ":" + tag;
    }

    public boolean isDigest() {
        return !digest.isEmpty();
    }

    /// The registry that has it.
    public String host() {
        return repository.substring(0, repository.indexOf('/'));
    }

    /// Whether it may mean another image tomorrow, so that it is looked up each time where the manifest does not say.
    public boolean moves() {
        return tag.equals(LATEST);
    }
}
