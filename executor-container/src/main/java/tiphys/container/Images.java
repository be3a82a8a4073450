package tiphys.container;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tiphys.container.api.Engine;
import tiphys.container.api.EngineFailed;
import tiphys.container.api.Image;
import tiphys.container.api.ImageName;
import tiphys.manifest.Value;

/// Sees to it that an image is here. One pull for each image at a time; who else wants it waits for that one. Safe for every thread.
final class Images {
    private static final Logger LOG = System.getLogger(Images.class.getName());

    /// How long what a moving tag means is believed, where the manifest does not say that it is to be looked up each time.
    private static final Duration BELIEVED = Duration.ofMinutes(10);

    private final Engine engine;
    private final InstantSource clock;
    private final Map<String, ReentrantLock> pulls = new ConcurrentHashMap<>();
    private final Map<String, Instant> lookedUp = new ConcurrentHashMap<>();

    Images(Engine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /// An image cannot be had, in a kubelet's words.
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }

        String said() {
            return String.valueOf(getMessage());
        }
    }

    /// The image under a name, after it was fetched, if it had to be.
    ///
    /// @param policy as the manifest says; empty for Kubernetes' own choice
    /// @param login for the registry; empty for none
    /// @param progress hears how far a pull is
    Image ready(String reference, String policy, Optional<Value> login, Consumer<String> progress)
            throws EngineFailed, Missing, InterruptedException {
        var name = ImageName.of(reference);
        var lock = pulls.computeIfAbsent(name.text(), _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            var here = engine.image(name.text());
            return switch (policy) {
                case "Never" ->
                        here.orElseThrow(() ->
                                new Missing(
                                        "ErrImageNeverPull: Container image \"%s\" is not present with pull policy of Never"
                                                .formatted(reference)));
                case "IfNotPresent" -> here.isPresent() ? here.get() : pulled(reference, name, login, progress);
                case "Always" -> pulled(reference, name, login, progress);
                default -> usual(reference, name, here, login, progress);
            };
        } finally {
            lock.unlock();
        }
    }

    /// As `IfNotPresent`; what a moving tag means is looked up now and then. If it cannot be, what is here serves: a laptop
    /// without a network runs what it has.
    private Image usual(
            String reference, ImageName name, Optional<Image> here, Optional<Value> login, Consumer<String> progress)
            throws EngineFailed, Missing {
        if (here.isEmpty()) {
            return pulled(reference, name, login, progress);
        }
        var before = lookedUp.get(name.text());
        if (!name.moves() || (before != null && clock.instant().isBefore(before.plus(BELIEVED)))) {
            return here.get();
        }
        try {
            return pulled(reference, name, login, progress);
        } catch (Missing e) {
            LOG.log(Level.INFO, "{0} is used as it is here: {1}", name.text(), e.said());
            return here.get();
        } finally {
            lookedUp.put(name.text(), clock.instant());
        }
    }

    private Image pulled(String reference, ImageName name, Optional<Value> login, Consumer<String> progress)
            throws EngineFailed, Missing {
        progress.accept("Pulling image \"" + reference + "\"");
        try {
            engine.pull(name.text(), login, part -> progress.accept("Pulling image \"" + reference + "\": " + part));
        } catch (EngineFailed e) {
            if (e.isUnreachable()) {
                throw e;
            }
            throw new Missing("ErrImagePull: %s: %s".formatted(reference, e.said()));
        }
        return engine.image(name.text())
                .orElseThrow(() -> new Missing("ErrImagePull: " + reference + ": it was pulled, and is not here"));
    }
}
