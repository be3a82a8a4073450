package tiphys.attempts;

import java.nio.file.Path;

/// Where the files of claimed volumes are, which outlive every attempt.
public final class ClaimedVolumes {
    private ClaimedVolumes() {}

    /// The directory of one of them.
    public static Path directory(Path data, String namespace, String claim) {
        return data.resolve("claims").resolve(namespace).resolve(claim);
    }

    /// Gives one up: its files go, on a thread of their own. Nothing happens if there are none.
    public static void release(Path data, String namespace, String claim) {
        var directory = directory(data, namespace, claim);
        Thread.ofVirtual()
                .name("release-volume")
                .start(() -> {
                    try {
                        AttemptFolder.remove(directory);
                    } catch (java.io.IOException e) {
                        System.err.println("the volume " + directory + " could not be removed: " + e);
                    }
                });
    }
}
